// SPDX-License-Identifier: Apache-2.0
import BlobGRPC

extension ServiceURL: CustomStringConvertible {
    /// The URL in its shortest form, without secrets.
    public var description: String { text(showingSecrets: false) }

    /// Returns the URL in its shortest form.
    ///
    /// - Parameter showingSecrets: Whether passwords and keys stand in it; otherwise `***` does.
    /// - Returns: A URL that, with its secrets, reads as the same service.
    public func text(showingSecrets: Bool) -> String {
        showingSecrets ? text : Secrets.hide(inURL: text)
    }

    private var text: String {
        switch service {
        case .memory: "memory:"
        case .local(let local):
            local.path.hasPrefix("//") ? "local://\(local.path)" : "local:\(local.path)"
        case .grpc(let grpc): grpc.url
        case .objectStore(let store): "objectstore+" + store.urlWithOptions
        case .cache(let cache): "cache:?near=\(encode(cache.near))&far=\(encode(cache.far))"
        case .custom(let custom): customText(custom)
        // The reader makes no URLs of other kinds.
        case .substituters, .replicated, .readOnly, .limited, .retrying: "\(service.typeName):"
        }
    }

    private func encode(_ reference: ServiceReference) -> String {
        PercentCoding.encode(reference.text(showingSecrets: true))
    }

    private func customText(_ custom: ServiceConfiguration.Custom) -> String {
        guard case .string(let url) = custom.options["url"] else { return "\(custom.type):" }
        return url
    }
}

extension ServiceConfiguration.ObjectStore {
    /// The URL with its options as parameters.
    fileprivate var urlWithOptions: String {
        let pairs = options.sorted { $0.key < $1.key }.map { name, value in
            "\(PercentCoding.encode(name))=\(PercentCoding.encode(value))"
        }
        return pairs.isEmpty ? url : "\(url)?\(pairs.joined(separator: "&"))"
    }
}
