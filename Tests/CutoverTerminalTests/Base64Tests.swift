import Testing

@testable import CutoverTerminal

struct Base64Tests {
    /// The vectors of RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("é>?", "w6k+Pw=="),
    ])
    func encodesAsTheRFCDoes(text: String, encoded: String) {
        #expect(Base64.encode(text) == encoded)
    }
}
