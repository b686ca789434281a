import Glibc

/// What one input is given to.
struct FuzzTarget {
    let name: String
    let seeds: [[UInt8]]
    let check: @Sendable ([UInt8]) throws -> Void
    /// The dictionary.
    let pieces: [String]

    static let all = [
        FuzzTarget(name: "request", Seeds.requests, RequestProperties.check),
        FuzzTarget(name: "response", Seeds.responses, ResponseProperties.check),
        FuzzTarget(name: "chunks", Seeds.chunks, ChunkProperties.check),
        FuzzTarget(name: "frames", seeds: Seeds.frames, check: FrameProperties.check),
        FuzzTarget(name: "wire", seeds: Seeds.values, check: WireProperties.check),
        FuzzTarget(
            name: "proxy-header",
            seeds: Seeds.proxyHeaders,
            check: ProxyHeaderProperties.check,
            pieces: Seeds.pieces + Seeds.headerPieces
        ),
    ]

    init(
        name: String,
        seeds: [[UInt8]],
        check: @escaping @Sendable ([UInt8]) throws -> Void,
        pieces: [String] = Seeds.pieces
    ) {
        self.name = name
        self.seeds = seeds
        self.check = check
        self.pieces = pieces
    }

    private init(
        name: String,
        _ seeds: [String],
        _ check: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.init(name: name, seeds: seeds.map(Seeds.bytes), check: check)
    }

    /// Writes the seeds as files of a corpus, and the dictionary beside them.
    func writeCorpus(to directory: String) {
        for (number, seed) in seeds.enumerated() {
            write(seed, to: "\(directory)/\(name)/seed-\(number)")
        }
        let words = pieces.map { piece in
            let escaped = Seeds.bytes(piece).map { byte in
                "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
            }
            return "\"\(escaped.joined())\"\n"
        }
        write(Array(words.joined().utf8), to: "\(directory)/\(name).dictionary")
    }

    private func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "w") else {
            perror(path)
            exit(1)
        }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
}
