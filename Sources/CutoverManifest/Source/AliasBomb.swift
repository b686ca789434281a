/// Keeps the YAML parser from hashing a tree that a few aliases blow up to any size.
///
/// Shared subtrees cost the parser nothing until one of them is part of a key: keys are hashed, and
/// the hash walks the tree as if it were written out. Keys of a manifest are words, so where there
/// are more aliases than can do harm, anything that looks like a list or an alias as a key is
/// refused.
enum AliasBomb {
    /// This many aliases multiply a tree by 81 at most.
    static let harmlessAliases = 12

    static func refuse(in text: String) throws(ManifestFault) {
        var aliases = 0
        var inAlias = false
        var afterCollection = false
        var hasComplexKey = false
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if afterCollection && byte == UInt8(ascii: ":") {
                hasComplexKey = true
            }
            if previous == UInt8(ascii: "?") && isBlank(byte) {
                hasComplexKey = true
            }
            if previous == UInt8(ascii: "*") && isWord(byte) {
                aliases += 1
                inAlias = true
            }
            inAlias = inAlias && isWord(byte)
            switch byte {
            case UInt8(ascii: "]"), UInt8(ascii: "}"): afterCollection = true
            case UInt8(ascii: " "), UInt8(ascii: "\t"): break
            default: afterCollection = inAlias
            }
            previous = byte
        }
        if hasComplexKey && aliases > harmlessAliases {
            throw ManifestFault(
                summary: "a list, a mapping or an alias stands where a key is due",
                detail:
                    "Every key of a manifest is a word. Together with \(aliases) aliases such keys"
                    + " can make a small file grow without end, so it is not read."
            )
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        [0x09, 0x0A, 0x0D, 0x20].contains(byte)
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
