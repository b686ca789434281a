/// A behaviour as text: blocks of a command, `----`, and what came of it, with an empty line
/// between.
///
/// Lines that begin with `#` before a command are its comment. A test plays the commands and
/// compares the whole text, so that a change of behaviour is a difference that a person reads.
package struct Transcript: Hashable, Sendable {
    package var blocks: [Block]

    package struct Block: Hashable, Sendable {
        /// With the leading `#`.
        package var comments: [String]
        /// One directive a line.
        package var input: [String]
        package var output: [String]

        package init(comments: [String], input: [String], output: [String]) {
            self.comments = comments
            self.input = input
            self.output = output
        }
    }

    /// Reads a transcript.
    ///
    /// What stands behind `----` may be missing: then the block has no output.
    package init(parsing text: String) {
        blocks = text.split(separator: "\n\n").compactMap { paragraph in
            let lines = paragraph.split(separator: "\n").map(String.init)
            let comments = lines.prefix { $0.hasPrefix("#") }
            let rest = lines.dropFirst(comments.count)
            let input = rest.prefix { $0 != "----" }
            let output = rest.dropFirst(input.count + 1)
            guard !lines.isEmpty else { return nil }
            return Block(comments: Array(comments), input: Array(input), output: Array(output))
        }
    }

    /// The text that it was read from, with the output that it has.
    package var text: String {
        blocks.map { block in
            let ruler = block.input.isEmpty ? [] : ["----"]
            return (block.comments + block.input + ruler + block.output).joined(separator: "\n")
        }.joined(separator: "\n\n") + "\n"
    }

    /// The same commands with what comes of them on a stage.
    package func played(on stage: inout TranscriptStage) -> Transcript {
        var played = self
        for index in played.blocks.indices {
            played.blocks[index].output = played.blocks[index].input.flatMap { stage.play($0) }
        }
        return played
    }
}
