import CutoverWire
import Glibc

/// The durable table: what the proxy serves when it starts, before any engine speaks to it.
///
/// The file is `CUTP`, the version, the table behind its length, and an FNV-1a checksum over all of
/// that. It is replaced whole: written beside, fsynced, renamed, and the directory fsynced, so that
/// at any moment, power loss included, it holds either the table before or the table after.
struct TableFile {
    let path: String

    /// Makes a descriptor durable, as fsync(2).
    var sync: @Sendable (Int32) -> Int32 = { fsync($0) }

    private static let magic = Array("CUTP".utf8)

    /// Reads the table; `nil` when there is no file.
    func read() throws(ProxyFault) -> ProxyTable? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT {
                return nil
            }
            throw fault("cannot be opened", errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 {
                break
            }
            guard count > 0 else {
                throw fault("cannot be read", errno)
            }
            bytes += buffer[..<count]
            guard bytes.count <= Frame.maximumBytes + 64 else {
                throw ProxyFault("the table file \(path) is too large to be one")
            }
        }
        if let version = Self.version(of: bytes), version != tableVersion {
            throw ProxyFault(
                "the table file \(path) is of version \(version), and this proxy reads version "
                    + "\(tableVersion): nothing is served until an engine applies its own table"
            )
        }
        do throws(WireError) {
            return try Self.decode(bytes)
        } catch {
            throw ProxyFault("the table file \(path) is damaged: \(error)")
        }
    }

    /// Writes a table beside the durable one, which stays; nothing of it need survive a power loss
    /// yet.
    func stage(_ table: ProxyTable) throws(ProxyFault) -> StagedTable {
        unlink(staged)
        let descriptor = open(staged, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw fault("cannot be written", errno)
        }
        let result = StagedTable(descriptor: descriptor, path: staged)
        let failure = Self.writeAll(descriptor, Self.encode(table))
        guard failure == 0 else {
            throw fault("cannot be written", failure)
        }
        return result
    }

    /// Makes a staged table the durable one.
    ///
    /// When it throws, nobody knows which of the two a power loss would leave: after a failed fsync
    /// the kernel forgets what it could not write, and to ask again would lie.
    func commit(_ table: consuming StagedTable) throws(ProxyFault) {
        var table = table
        guard sync(table.descriptor) == 0 else {
            throw fault("cannot be synced", errno)
        }
        guard rename(staged, path) == 0 else {
            throw fault("cannot be replaced", errno)
        }
        table.isRenamed = true
        let directory = open(parentDirectory(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else {
            throw fault("has a directory that cannot be opened", errno)
        }
        defer { close(directory) }
        guard sync(directory) == 0 else {
            throw fault("has a directory that cannot be synced", errno)
        }
    }

    private var staged: String { path + ".new" }

    private static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR {
                return errno
            }
            rest = rest.dropFirst(max(count, 0))
        }
        return 0
    }

    private func fault(_ what: String, _ code: Int32) -> ProxyFault {
        ProxyFault("the table file \(path) \(what): \(systemMessage(code))")
    }
}

extension TableFile {
    /// The bytes of the file for a table.
    static func encode(_ table: ProxyTable, version: UInt64 = tableVersion) -> [UInt8] {
        var writer = ByteWriter()
        for byte in magic {
            writer.write(byte: byte)
        }
        writer.write(version)
        let body = table.encoded
        writer.write(UInt64(body.count))
        let bytes = writer.bytes + body
        let sum = checksum(bytes[...])
        return bytes + (0..<8).map { UInt8(truncatingIfNeeded: sum >> (56 - 8 * UInt64($0))) }
    }

    /// The version that an undamaged file says it has; `nil` for anything else.
    static func version(of bytes: [UInt8]) -> UInt64? {
        guard bytes.count > magic.count + 8, bytes.starts(with: magic),
            isWhole(bytes)
        else {
            return nil
        }
        var reader = ByteReader(Array(bytes[magic.count...]))
        return try? reader.integer("version")
    }

    private static func isWhole(_ bytes: [UInt8]) -> Bool {
        let end = bytes.count - 8
        let sum = bytes[end...].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return sum == checksum(bytes[..<end])
    }

    /// The table in the bytes of a file.
    static func decode(_ bytes: [UInt8]) throws(WireError) -> ProxyTable {
        guard bytes.count > magic.count + 8, bytes.starts(with: magic) else {
            throw WireError(.malformed, in: "table file", at: 0)
        }
        let end = bytes.count - 8
        guard isWhole(bytes) else {
            throw WireError(.malformed, in: "checksum", at: end)
        }
        var reader = ByteReader(Array(bytes[magic.count..<end]))
        guard try reader.integer("version") == tableVersion else {
            throw reader.error(.malformed, in: "version")
        }
        _ = try reader.integer("length")
        let table = try ProxyTable(from: &reader)
        try reader.finish()
        return table
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}

/// A table in a file of its own, which goes unless it is committed.
struct StagedTable: ~Copyable {
    fileprivate let descriptor: Int32
    fileprivate let path: String
    fileprivate var isRenamed = false

    deinit {
        close(descriptor)
        if !isRenamed { unlink(path) }
    }
}

/// The directory that a path lies in.
func parentDirectory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else {
        return "."
    }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}
