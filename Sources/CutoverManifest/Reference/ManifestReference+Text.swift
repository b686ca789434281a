extension ManifestReference {
    /// The reference for a terminal: every key with what it takes, its default and what follows.
    package static var text: String {
        var text = "The keys of \(Manifest.fileName). NAME is a service's name.\n\n"
        text += wrapped(whenKeysCount)
        for key in keys {
            text += "\n\(key.path)\n"
            text += wrapped("\(key.kind.text); \(key.fallback.words)")
            text += wrapped(key.summary)
            if !key.consequence.isEmpty {
                text += wrapped(key.consequence)
            }
        }
        return text
    }

    /// The same as a page of the documentation.
    package static var page: String {
        var page = """
            # The manifest

            What `cutover.yaml` says, key by key.

            ## Overview

            Everything but `listen`, `runtime.command` and `runtime.ports` has a default:

            ```yaml
            services:
              web:
                listen: 127.0.0.1:8080
                runtime:
                  command: [python3, -m, http.server, "${port}", --bind, 127.0.0.1]
                  ports: 9100-9199
            ```

            Durations are written with their unit: `250ms`, `30s`, `5m`, `1h`, `1h30m`. Shares are
            percentages: `5%`, `0.5%`. Relative paths start at the manifest's directory. Unknown
            keys are errors. Anchors and aliases work, merge keys (`<<`) do not. `NAME` is a
            service's name.

            \(whenKeysCount)

            This page is generated from the table that the decoder reads.

            ## Keys

            | key | takes | default | meaning | consequence |
            |---|---|---|---|---|

            """
        for key in keys {
            let cells = [
                "`\(key.path)`", key.kind.text, key.fallback.words, key.summary, key.consequence,
            ]
            let row = cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")
            page += "| \(row) |\n".replacing("|  |", with: "| |")
        }
        return page
    }

    /// When an edit takes effect.
    private static let whenKeysCount = """
        An engine reads the manifest once, when it starts: an edit counts from its next start on, \
        and a command that reaches an engine says so. A running rollout keeps the plan that it \
        began with; the live release keeps its instances, command and environment until the next \
        release is deployed.
        """

    /// Lines of at most 80 columns, indented.
    private static func wrapped(_ sentence: String) -> String {
        let indent = "    "
        var lines = [indent]
        for word in sentence.split(separator: " ") {
            let line = lines[lines.count - 1]
            if line.count + 1 + word.count > 80 && line != indent {
                lines.append(indent + word)
            } else {
                lines[lines.count - 1] = line == indent ? indent + word : "\(line) \(word)"
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension ManifestKey.Fallback {
    /// What stands for a key that is left out, in words.
    package var words: String {
        switch self {
        case .required: "required"
        case .value(let text): "default `\(text)`"
        case .rule(let rule): "default: \(rule)"
        }
    }
}
