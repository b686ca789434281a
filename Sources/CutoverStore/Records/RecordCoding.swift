import Foundation

/// The JSON of records: keys sorted, so that a golden file is compared byte by byte.
enum RecordCoding {
    static func text(_ record: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(record), as: UTF8.self)
    }

    static func record<Record: Decodable>(_ type: Record.Type, _ text: String) throws -> Record {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
