import Testing

@testable import CutoverDrivers

@Suite struct EnvironmentFileTests {
    private func parse(_ text: String) -> EnvironmentFile {
        EnvironmentFile(parsing: Array(text.utf8), path: "env")
    }

    @Test func everyKindOfValueIsRead() {
        let file = parse(
            """
            # a comment
              \t
            A=1
              export B=two words  # with a comment\r
            C="a # b\\n\\"q\\" \\\\ \\$HOME" # comment
            D='$HOME \\n "x"'
            E=
            F=#fff
            G=a#b
            H=http://x/?a=b
            I=
            """
        )
        #expect(file.faults == [])
        #expect(
            file.variables == [
                "A": "1", "B": "two words", "C": "a # b\n\"q\" \\ $HOME", "D": "$HOME \\n \"x\"",
                "E": "", "F": "", "G": "a#b", "H": "http://x/?a=b", "I": "",
            ]
        )
    }

    @Test func everyFaultIsNamedWithItsLine() {
        let file = parse("A=1\nA=2\n=x\nB-C=1\nD=\"x\" y\nE=\"\\x\"\nF='\nG\nH =1\n")
        #expect(file.variables == ["A": "1"])
        let places = file.faults.map { $0.prefix { $0 != " " } }
        #expect(
            places == [
                "env:2:", "env:3:", "env:4:", "env:5:", "env:6:", "env:7:", "env:8:", "env:9:",
            ]
        )
        #expect(file.faults.first == "env:2: A is set on line 1 already")
    }

    @Test func bytesThatAreNoTextAreAFault() {
        let file = EnvironmentFile(
            parsing: [65, 61, 0xff, 10, 66, 61, 0, 10, 67, 61, 49],
            path: "e"
        )
        #expect(file.faults == ["e:1: not UTF-8 text", "e:2: not UTF-8 text"])
        #expect(file.variables == ["C": "1"])
    }

    @Test func anyBytesAreReadWithoutATrap() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("A=\"'\\# \n\r\t\0é".utf8)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            let file = EnvironmentFile(parsing: bytes, path: "e")
            #expect(file.variables.keys.allSatisfy { !$0.isEmpty })
        }
    }
}
