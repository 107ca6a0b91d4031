// SPDX-License-Identifier: Apache-2.0
import BlobComposition
import Testing

@Suite struct HostileFileTests {
    /// Reads a text; all that counts is that it ends.
    private func read(_ text: String) -> String {
        do throws(ConfigurationError) {
            return try CompositionFile(text: text, context: ConfigurationGenerator.context)
                .configuration.description
        } catch {
            #expect(!error.description.contains("\n"))
            #expect(error.description.utf8.count < 4000)
            return error.description
        }
    }

    @Test(arguments: 0..<200)
    func `damaged files end in an error or a configuration`(seed: Int) throws {
        var generator = ConfigurationGenerator(seed: UInt64(seed) + 1_000_000)
        let text = try generator.configuration().toml(showingSecrets: true)
        let signs = Array("\"'[]{}=,.#\\\n\r\t &:+?%uUe0-_\u{7f}é".unicodeScalars)
        for _ in 0..<10 {
            var scalars = Array(text.unicodeScalars)
            for _ in 0..<generator.number(1...4) where !scalars.isEmpty {
                let place = generator.number(0...scalars.count - 1)
                let sign = signs[generator.number(0...signs.count - 1)]
                switch generator.number(0...3) {
                case 0: scalars[place] = sign
                case 1: scalars.insert(sign, at: place)
                case 2: scalars.remove(at: place)
                default: scalars.removeSubrange(place..<min(scalars.count, place + 20))
                }
            }
            var damaged = String.UnicodeScalarView()
            damaged.append(contentsOf: scalars)
            _ = read(String(damaged))
        }
    }

    @Test(arguments: 0..<200)
    func `noise ends in an error`(seed: Int) {
        var generator = ConfigurationGenerator(seed: UInt64(seed))
        let pieces = [
            "[", "]", "[[", "]]", "{", "}", "=", ",", ".", "\"", "'", "'''", "\"\"\"", "\n", "\r\n",
            "#", "\\", "\\u0041", "store", "blobservices", "root", "type", "1", "-", "é", " ",
        ]
        var text = ""
        for _ in 0..<generator.number(1...60) {
            text += pieces[generator.number(0...pieces.count - 1)]
        }
        _ = read(text)
    }

    @Test(arguments: 0..<500)
    func `URLs made of noise end in an error or read again`(seed: Int) throws {
        var generator = ConfigurationGenerator(seed: UInt64(seed))
        let starts = [
            "memory:", "local:", "grpc+http:", "objectstore+s3:", "cache:?near=", "tape:", "",
        ]
        let pieces = [
            "//", "/", "?", "&", "=", "near", "far", "%2B", "%", "+", "#", "@", ":", "a", "é", " ",
            "aws_region", "memory:", "&far=memory:", "priority=1", "~", ".", "%00", "\n", "token=",
        ]
        for _ in 0..<20 {
            var text = starts[generator.number(0...starts.count - 1)]
            for _ in 0..<generator.number(0...8) {
                text += pieces[generator.number(0...pieces.count - 1)]
            }
            let context = ConfigurationGenerator.context
            _ = ServiceURL.deprecations(in: text)
            _ = try? SubstituterURL(text, context: context)
            guard let url = try? ServiceURL(text, context: context) else { continue }
            #expect(try ServiceURL(url.text(showingSecrets: true), context: context) == url)
        }
    }

    @Test func `long names and values do not make long messages`() {
        let long = String(repeating: "x", count: 100_000)
        for text in [
            "\(long) = 1", "store = '\(long)'", "store = 'memory:\(long)'",
            "[blobservices.\(long)]",
            "[blobservices.\(long)]\ntype = 1",
            "[blobservices.root]\ntype = '\(long)'",
            "[blobservices.root]\ntype = 'read_only'\nservice = '&\(long)'",
            "[blobservices.root]\ntype = 'read_only'\nservice = 'cache:?\(long)'",
            "store = '/x'\nwindow = '\(long)'", "store = '/x'\nwindow = '1\(long)'",
            "store = '/x'\nwindow = '\(String(repeating: "9", count: 100_000)) B'",
        ] { _ = read(text) }
    }
}
