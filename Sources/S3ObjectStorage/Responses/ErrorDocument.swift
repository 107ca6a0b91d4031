// SPDX-License-Identifier: Apache-2.0
import Foundation
import NIOCore
import XMLCoder

/// The reason for a failure as servers write it.
struct ErrorDocument {
    private struct Details: Decodable {
        enum CodingKeys: String, CodingKey {
            case code = "Code"
            case message = "Message"
            case region = "Region"
            case endpoint = "Endpoint"
        }

        var code: String?
        var message: String?
        var region: String?
        var endpoint: String?
    }

    private struct Wrapper: Decodable {
        enum CodingKeys: String, CodingKey { case error = "Error" }

        var error: Details
    }

    /// The largest part in bytes that goes into an error of ours.
    private static let longest = 500

    private let details: Details

    /// Reads a document; `nil` if it is none.
    init?(_ bytes: ByteBuffer) {
        let text = XMLAnswer.trimmed(bytes)
        switch XMLShape(of: text)?.root {
        case "Error":
            guard let details = try? XMLDecoder().decode(Details.self, from: Data(text)) else {
                return nil
            }
            self.details = details
        case "ErrorResponse":
            guard let wrapper = try? XMLDecoder().decode(Wrapper.self, from: Data(text)) else {
                return nil
            }
            details = wrapper.error
        default: return nil
        }
    }

    var code: String { Self.printable(details.code ?? "") }
    var message: String { Self.printable(details.message ?? "") }
    var region: String? { details.region }
    var endpoint: String? { details.endpoint }

    /// The code and the message.
    var text: String { "\(code): \(message)" }

    /// One line of moderate length.
    static func printable(_ text: String) -> String {
        String(text.prefix(longest).map { $0.isNewline ? " " : $0 })
    }
}
