import Foundation
import Testing

/// An operator at a terminal with the dashboard of a project.
///
/// Keys are pressed as a person presses them: when the screen shows what they are meant for.
struct Dashboard {
    let tmux: Tmux
    let project: ProductProject

    /// Opens the dashboard from the shell and waits for its first frame with the services.
    @discardableResult
    func open() async throws -> RunningProcess {
        try await tmux.enter("clear; \(project.shellCommand)")
        return try await appear()
    }

    /// Waits for a frame of a connected dashboard.
    @discardableResult
    func appear() async throws -> RunningProcess {
        try await tmux.wait(forText: "shop")
        try await tmux.wait(forText: "? help")
        let process = try await tmux.foregroundProcess()
        return try #require(process.flatMap(RunningProcess.init))
    }

    /// Opens it in a terminal that a killed program has left as it was.
    @discardableResult
    func reopen() async throws -> RunningProcess {
        try await tmux.enter("")
        try await tmux.enter("tput rmcup; tput cnorm; stty sane; clear")
        return try await open()
    }

    /// Writes the screen, plain and with its colours, for people to look at, where that is asked
    /// for.
    ///
    /// The folder is what `CUTOVER_UPDATE` asks for: `/tmp/cutover-screens`.
    func capture(_ moment: String) async throws {
        guard ProcessInfo.processInfo.environment["CUTOVER_UPDATE"] == "1" else { return }
        let folder = URL(filePath: "/tmp/cutover-screens/\(tmux.size.columns)x\(tmux.size.rows)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (ending, option) in [("txt", "-p"), ("ansi", "-pe")] {
            let screen = try await tmux.tmux("capture-pane", option) + "\n"
            let file = folder.appending(path: "\(moment).\(ending)")
            try screen.write(to: file, atomically: true, encoding: .utf8)
        }
    }

    /// Leaves a page or a dialog that shows `text`.
    ///
    /// The next key waits for it: a key right after Escape would be another key, with Alt.
    func leave(_ text: String) async throws {
        try await tmux.press("Escape")
        try await waitUntil("the end of '\(text)'") {
            let screen = try await tmux.screen()
            return !screen.contains(text)
        }
    }

    /// Moves to a service: what is asked for next is refused until the screen shows it selected.
    func select(_ service: String, with key: String) async throws {
        try await tmux.press(key)
        try await tmux.wait(forText: "›\(service)")
    }

    func deploy(_ release: String) async throws {
        try await tmux.press("d")
        try await tmux.wait(forText: "DEPLOY to")
        try await tmux.tmux("send-keys", "-l", release)
        try await tmux.wait(forText: "Release: \(release)")
        try await tmux.press("Enter")
        try await confirm()
    }

    func promote(capturing moment: String? = nil) async throws {
        try await tmux.press("p")
        try await confirm(capturing: moment)
    }

    func rollBack() async throws {
        try await tmux.press("r")
        try await confirm()
    }

    /// Answers the question on screen with `y` once it takes answers.
    func confirm(
        with key: String = "y",
        asking text: String = "Press y",
        capturing moment: String? = nil
    ) async throws {
        try await tmux.wait(forText: text)
        if let moment { try await capture(moment) }
        // Keys in the question's first moment are ignored, so the answer is given until it is
        // taken.
        for _ in 0..<20 {
            try await tmux.press(key)
            let isTaken: Void? = try? await waitUntil("the answer", within: .milliseconds(400)) {
                let screen = try await tmux.screen()
                return !screen.contains(text)
            }
            if isTaken != nil { return }
        }
        throw TookTooLong(description: "'\(text)' took no answer\n\(try await tmux.screen())")
    }
}
