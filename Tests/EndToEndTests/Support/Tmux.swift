import Foundation
import Testing

/// A terminal of a fixed size with a shell in it, on a tmux server of its own.
///
/// The shell has job control, so that a program can be stopped and brought back, and answers
/// afterwards what a program left of the terminal.
final class Tmux: Sendable {
    static let prompt = "READY>"

    let size: (columns: Int, rows: Int)
    private let socket: String
    private let folder: URL

    /// Opens a terminal in `folder` for `work` and closes it afterwards, however `work` ends.
    static func with(
        columns: Int = 80,
        rows: Int = 24,
        folder: URL,
        _ work: (Tmux) async throws -> Void
    ) async throws {
        let tmux = try await Tmux(columns: columns, rows: rows, folder: folder)
        do {
            try await work(tmux)
        } catch {
            await tmux.end()
            throw error
        }
        await tmux.end()
    }

    init(columns: Int = 80, rows: Int = 24, folder: URL) async throws {
        size = (columns, rows)
        self.folder = folder
        socket = folder.appending(path: "tmux-\(UUID().uuidString.prefix(8))").path
        let configuration = folder.appending(path: "tmux.conf")
        let settings = """
            set -g default-terminal tmux-256color
            set -g escape-time 0
            set -g status off
            set -g history-limit 1000
            set -g remain-on-exit off
            set -g exit-empty on

            """
        try settings.write(to: configuration, atomically: true, encoding: .utf8)
        let profile = folder.appending(path: "profile")
        try "PS1='\(Self.prompt) '\n".write(to: profile, atomically: true, encoding: .utf8)
        let shell = "exec bash --noprofile --rcfile '\(profile.path)' -i"
        let result = try await Program.run(
            "/usr/bin/tmux",
            [
                "-S", socket, "-f", configuration.path, "new-session", "-d", "-x", "\(columns)",
                "-y", "\(rows)", shell,
            ],
            folder: folder
        )
        guard result.status == 0 else { throw TmuxError(result.text) }
        try await waitForPrompt()
    }

    /// Runs a command of tmux and returns what it prints.
    @discardableResult
    func tmux(_ arguments: String...) async throws -> String {
        let result = try await Program.run(
            "/usr/bin/tmux",
            ["-S", socket] + arguments,
            folder: folder
        )
        guard result.status == 0 else { throw TmuxError(result.text) }
        return result.output.trimmingCharacters(in: .newlines)
    }

    // MARK: - What an operator does

    /// Types a command line and presses Enter.
    func enter(_ line: String) async throws {
        try await tmux("send-keys", "-l", "--", line)
        try await tmux("send-keys", "Enter")
    }

    /// Presses keys by tmux's names, such as `p`, `Space`, `C-z`.
    func press(_ keys: String...) async throws {
        for key in keys { try await tmux("send-keys", key) }
    }

    func resize(columns: Int, rows: Int) async throws {
        try await tmux("resize-window", "-x", "\(columns)", "-y", "\(rows)")
    }

    /// Closes the terminal, as a window that is closed or a connection that drops does.
    func closePane() async throws {
        try await tmux("kill-pane")
    }

    /// Ends the server, and what still runs in its terminal.
    func end() async {
        _ = try? await tmux("kill-server")
    }

    // MARK: - What an operator sees

    func screen() async throws -> String {
        try await tmux("capture-pane", "-p")
    }

    /// The process that the shell runs in the foreground.
    ///
    /// `nil`: the shell itself has the terminal.
    func foregroundProcess() async throws -> Int32? {
        let shell = Int32(try await tmux("display-message", "-p", "#{pane_pid}")) ?? 0
        return RunningProcess.all().first { $0.parentID == shell }?.processID
    }

    @discardableResult
    func wait(
        forText text: String,
        within limit: Duration = .seconds(20)
    ) async throws -> String {
        try await value(of: "'\(text)' on screen", within: limit, showing: showScreen) {
            let screen = try await self.screen()
            return screen.contains(text) ? screen : nil
        }
    }

    /// Waits until the shell has the terminal again.
    func waitForPrompt(within limit: Duration = .seconds(20)) async throws {
        try await waitUntil("the shell's prompt", within: limit, showing: showScreen) {
            let lines = try await self.screen().split(separator: "\n")
            return lines.last { !$0.allSatisfy { $0 == " " } }?.hasPrefix(Self.prompt) ?? false
        }
    }

    /// The terminal is as a shell needs it.
    func expectClean() async throws {
        let found = try await leftovers()
        #expect(found == [], "left on the terminal")
    }

    /// What is not as a shell needs it, such as a hidden cursor.
    func leftovers() async throws -> [String] {
        let flags = try await tmux(
            "display-message",
            "-p",
            "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_cursor_flag} #{keypad_flag}"
        )
        let names = ["alternate screen", "hidden cursor", "mouse", "cursor keys", "keypad"]
        let expected = ["0", "1", "0", "0", "0"]
        let actual = flags.split(separator: " ").map(String.init)
        var found = zip(names, zip(expected, actual)).filter { $1.0 != $1.1 }.map(\.0)
        let marker = "stty-\(UUID().uuidString.prefix(6))"
        try await enter("stty -a > '\(folder.path)/\(marker)'; echo \(marker)-done")
        try await wait(forText: "\(marker)-done\n")
        let modes = try String(contentsOf: folder.appending(path: marker), encoding: .utf8)
        for mode in ["-icanon", "-echo ", "-isig", "-icrnl", "-opost", "-ixon"]
        where modes.contains(mode) {
            found.append("stty \(mode)")
        }
        return found
    }

    private func showScreen() async -> String {
        (try? await screen()) ?? "(the terminal is gone)"
    }
}

struct TmuxError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = "tmux: \(description)"
    }
}
