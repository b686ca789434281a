/// A colour as a theme writes it or as a terminal is told it.
package enum Color: Hashable, Sendable {
    /// Whatever the terminal's owner chose.
    case `default`

    /// One of the terminal's own numbered colours; 0 to 15 are the owner's, the rest are fixed.
    case indexed(UInt8)

    /// A colour in sRGB.
    case rgb(RGB)
}

/// A colour in sRGB, 8 bits a channel.
package struct RGB: Hashable, Sendable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// The colour of the six hexadecimal digits of `value`, such as `0x5AA9FF`.
    package init(_ value: UInt32) {
        self.init(UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
    }
}
