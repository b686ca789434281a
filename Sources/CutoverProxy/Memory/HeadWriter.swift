import Glibc

/// Writes a head into a block of memory.
///
/// Invariant: `base` points to `capacity` writable bytes that outlive the writer, and `count` never
/// exceeds `capacity`. What does not fit is not written at all and sets `isOverfull`, so a caller
/// checks once, at the end.
struct HeadWriter {
    private let base: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    private(set) var count = 0
    private(set) var isOverfull = false

    /// Starts at the first byte of `block`.
    init(_ block: Block) {
        base = block.base
        capacity = block.capacity
    }

    /// What `write` appends, as far as it has room, as a string.
    static func text(bytesMaximum: Int, _ write: (inout HeadWriter) -> Void) -> String {
        String(unsafeUninitializedCapacity: bytesMaximum) { buffer in
            guard let base = buffer.baseAddress else {
                return 0
            }
            var writer = HeadWriter(Block(base: base, capacity: buffer.count))
            write(&writer)
            return writer.count
        }
    }

    /// Appends a range of other bytes, which must not lie in the same block.
    @inline(__always)
    mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        bytes.extracting(range).withUnsafeBufferPointer { buffer in
            append(buffer.baseAddress, buffer.count)
        }
    }

    /// Appends a literal.
    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(text.utf8Start, text.utf8CodeUnitCount)
    }

    /// Appends a number from 0 to 999.
    @inline(__always)
    mutating func append(_ number: Int) {
        if number >= 100 { append(byte: 0x30 &+ UInt8(truncatingIfNeeded: number / 100)) }
        if number >= 10 { append(byte: 0x30 &+ UInt8(truncatingIfNeeded: number / 10 % 10)) }
        append(byte: 0x30 &+ UInt8(truncatingIfNeeded: number % 10))
    }

    /// Appends an IPv4 address in host byte order, in dotted form.
    mutating func append(address: UInt32) {
        append(Int(address &>> 24))
        append(byte: 0x2e)
        append(Int(address &>> 16 & 255))
        append(byte: 0x2e)
        append(Int(address &>> 8 & 255))
        append(byte: 0x2e)
        append(Int(address & 255))
    }

    /// Appends a text; not for the path of a request, since it may allocate.
    mutating func append(text: String) {
        var text = text
        text.withUTF8 { append($0.baseAddress, $0.count) }
    }

    /// Appends one byte.
    @inline(__always)
    mutating func append(byte: UInt8) {
        guard count < capacity else {
            isOverfull = true
            return
        }
        base[count] = byte
        count &+= 1
    }

    @inline(__always)
    private mutating func append(_ source: UnsafePointer<UInt8>?, _ length: Int) {
        guard let source, !isOverfull, length <= capacity &- count else {
            isOverfull = isOverfull || length > 0
            return
        }
        memcpy(base + count, source, length)
        count &+= length
    }
}
