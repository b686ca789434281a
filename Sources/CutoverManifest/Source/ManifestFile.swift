import Foundation
import Glibc

/// Reads the manifest's bytes and says why it cannot.
enum ManifestFile {
    /// Far above any manifest that a person keeps: a thousand services take half of it.
    static let byteLimit = 1 << 20

    /// The text of the file, or the fault that stands for it.
    static func read(_ path: String) -> Result<String, ManifestFault> {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
            isDirectory.boolValue
        {
            return .failure(
                ManifestFault(
                    summary: "this is a directory, not a manifest",
                    hint: "name the file in it, such as \((path + "/cutover.yaml").quoted)"
                )
            )
        }
        if isNamedPipe(path) {
            return .failure(ManifestFault(summary: "this is a pipe, not a file"))
        }
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            var bytes = Data()
            while bytes.count <= byteLimit,
                let chunk = try handle.read(upToCount: byteLimit + 1 - bytes.count), !chunk.isEmpty
            {
                bytes.append(chunk)
            }
            return text(of: bytes)
        } catch let error as CocoaError {
            return .failure(fault(of: error))
        } catch {
            return .failure(ManifestFault(summary: "the manifest cannot be read: \(error)"))
        }
    }

    /// Opening a pipe waits for a writer; those below /dev and /proc, such as a shell's `<(...)`,
    /// have one.
    private static func isNamedPipe(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
            && !path.hasPrefix("/dev/") && !path.hasPrefix("/proc/")
    }

    static func text(of bytes: Data) -> Result<String, ManifestFault> {
        guard bytes.count <= byteLimit else {
            return .failure(
                ManifestFault(
                    summary: "the manifest is larger than \(byteLimit >> 20) MiB",
                    detail: "That is no manifest that a person wrote. Is it the right file?"
                )
            )
        }
        if let text = String(validating: bytes, as: UTF8.self) {
            // YAML allows a byte order mark and its columns would count it.
            let scalars = text.unicodeScalars
            return .success(scalars.first == "\u{FEFF}" ? String(scalars.dropFirst()) : text)
        }
        return .failure(notUTF8(bytes))
    }

    /// Finds the first byte that is not UTF-8, so that an editor can jump to it.
    private static func notUTF8(_ bytes: Data) -> ManifestFault {
        var line = 1
        var column = 1
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            column += 1
            if scalar == "\n" {
                line += 1
                column = 1
            }
        }
        return ManifestFault(
            summary: "the manifest is not UTF-8",
            detail: "A byte here belongs to no character; another encoding or a binary file?",
            location: SourceLocation(line: line, column: column)
        )
    }

    private static func fault(of error: CocoaError) -> ManifestFault {
        switch error.code {
        case .fileNoSuchFile, .fileReadNoSuchFile:
            ManifestFault(
                summary: "there is no such manifest",
                detail: "Cutover reads 'cutover.yaml' in the current directory if none is named.",
                hint: "begin one with 'cutover validate --template > cutover.yaml'"
            )
        case .fileReadNoPermission:
            ManifestFault(
                summary: "the manifest may not be read",
                detail: "The file, or a directory on the way to it, denies this user access.",
                hint: "look at 'ls -l' and 'namei -l' of the path"
            )
        default:
            ManifestFault(summary: "the manifest cannot be read: \(error.localizedDescription)")
        }
    }
}

/// Why there is no text, or no tree, to decode.
struct ManifestFault: Error, Hashable, Sendable {
    var summary: String
    var detail: String?
    var location: SourceLocation?
    var hint: String?

    var diagnostic: Diagnostic {
        Diagnostic(
            severity: .error,
            summary: summary,
            detail: detail,
            location: location,
            hint: hint
        )
    }
}
