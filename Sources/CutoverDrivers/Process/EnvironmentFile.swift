import Glibc

/// A file of `KEY=value` lines.
///
/// Empty lines and lines that begin with `#` say nothing; `export ` before a key is allowed. A
/// value in single quotes is taken as it stands; one in double quotes knows `\n`, `\t`, `\"`, `\\`
/// and `\$`. A bare value ends at the end of the line or before ` #`. Nothing is expanded.
struct EnvironmentFile {
    var variables: [String: String] = [:]
    /// Each as `FILE:LINE: what is wrong`.
    var faults: [String] = []

    /// Larger files are refused: execve(2) would not take them.
    static let sizeLimit = 1 << 20

    /// Reads and parses; a file that cannot be read is a fault.
    init(path: String) {
        do throws(SystemError) {
            self.init(parsing: try Self.read(path), path: path)
        } catch {
            self.init(parsing: [], path: path)
            faults = ["\(path): the environment file cannot be read: \(error)"]
        }
    }

    private static func read(_ path: String) throws(SystemError) -> [UInt8] {
        // Not by `readFile`: an environment file is often a link into a shared folder.
        // Non-blocking, or a FIFO would wait for a writer.
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else {
            throw SystemError(code: errno)
        }
        let bytes = try OwnedDescriptor(number).readAll(limit: Self.sizeLimit + 1)
        guard bytes.count <= Self.sizeLimit else {
            throw SystemError(code: EFBIG)
        }
        return bytes
    }

    init(parsing bytes: [UInt8], path: String) {
        var firstLines: [String: Int] = [:]
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, bytes) in lines.enumerated() {
            let place = "\(path):\(index + 1)"
            guard let line = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
                faults.append("\(place): not UTF-8 text")
                continue
            }
            do throws(Fault) {
                guard let (key, value) = try Self.assignment(in: line) else {
                    continue
                }
                if let first = firstLines[key] {
                    faults.append("\(place): \(key) is set on line \(first) already")
                    continue
                }
                firstLines[key] = index + 1
                variables[key] = value
            } catch {
                faults.append("\(place): \(error.message)")
            }
        }
    }

    private struct Fault: Error {
        var message: String
    }

    private static func assignment(in line: String) throws(Fault) -> (String, String)? {
        // "\r\n" is one character, so a line's "\r" stands alone here.
        var text = trimmed(line[...])
        guard let first = text.first, first != "#" else {
            return nil
        }
        if text.hasPrefix("export ") {
            text = trimmed(text.dropFirst("export ".count))
        }
        guard let equals = text.firstIndex(of: "=") else {
            throw Fault(message: "no = in this line; write KEY=value")
        }
        let key = text[..<equals]
        guard isKey(key) else {
            throw Fault(
                message: "a key has letters, digits and _, and does not begin with a digit"
            )
        }
        return (String(key), try value(of: trimmed(text[text.index(after: equals)...])))
    }

    private static func isKey(_ key: Substring) -> Bool {
        let isStart = key.utf8.first.map { !(48...57).contains($0) } ?? false
        return isStart
            && key.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || byte == 95
            }
    }

    private static func value(of text: Substring) throws(Fault) -> String {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            return bare(text)
        }
        var result = ""
        var rest = text.dropFirst()
        while let character = rest.popFirst() {
            if character == quote {
                let tail = trimmed(rest)
                guard tail.isEmpty || tail.hasPrefix("#") else {
                    throw Fault(message: "text after the closing quote")
                }
                return result
            }
            if character == "\\", quote == "\"" {
                result += try escape(rest.popFirst())
            } else {
                result.append(character)
            }
        }
        throw Fault(message: "the quote \(quote) is not closed on this line")
    }

    private static func escape(_ character: Character?) throws(Fault) -> String {
        switch character {
        case "n": "\n"
        case "t": "\t"
        case "\"": "\""
        case "\\": "\\"
        case "$": "$"
        default:
            throw Fault(
                message: "only \\n, \\t, \\\", \\\\ and \\$ may follow a \\ in double quotes"
            )
        }
    }

    private static func bare(_ text: Substring) -> String {
        var end = text.endIndex
        if text.first == "#" {
            end = text.startIndex
        }
        for comment in [" #", "\t#"] {
            if let range = text.firstRange(of: comment) {
                end = min(end, range.lowerBound)
            }
        }
        return String(trimmed(text[..<end]))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let isSpace = { (character: Character) in " \t\r".contains(character) }
        var text = text.drop(while: isSpace)
        while let last = text.last, isSpace(last) {
            text.removeLast()
        }
        return text
    }
}
