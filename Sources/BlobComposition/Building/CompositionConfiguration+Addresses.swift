// SPDX-License-Identifier: Apache-2.0
import BlobGRPC
import BlobStore

extension CompositionConfiguration {
    /// Checks the URLs of servers, and that the files which they name can be read; connects to none.
    ///
    /// If there is a file that the configuration is from, errors say where in it the service is described.
    public func checkAddresses(file: CompositionFile? = nil) throws(ConfigurationError) {
        for name in names {
            guard let service = services[name] else { continue }
            do throws(ConfigurationError) {
                try Self.checkAddresses(of: service)
            } catch {
                throw error.located(file?.position(of: name))
            }
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
