// SPDX-License-Identifier: Apache-2.0
import BlobGRPC
import BlobStore

extension CompositionConfiguration {
    /// Checks the URLs of servers, and that the files which they name can be read; connects to none.
    public func checkAddresses() throws(ConfigurationError) {
        for name in names {
            guard let service = services[name] else { continue }
            try Self.checkAddresses(of: service)
        }
    }

    private static func checkAddresses(
        of service: ServiceConfiguration
    ) throws(ConfigurationError) {
        if case .grpc(let server) = service {
            do throws(BlobError) {
                _ = try GRPCAddress(url: server.url)
            } catch {
                throw ConfigurationError(error.description)
            }
        }
        for case (_, .url(let url)) in service.references { try checkAddresses(of: url.service) }
    }
}
