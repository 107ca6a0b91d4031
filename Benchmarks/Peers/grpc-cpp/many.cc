// SPDX-License-Identifier: Apache-2.0
// Many small blobs in one call.
#include "blobstore/v1/blobstore.grpc.pb.h"
#include "client.h"

using namespace blobstore::v1;

void PutMany(const std::string& address, const Arguments& arguments) {
    constexpr int kBlobsOfMessage = 256;
    constexpr size_t kSmallSize = 1024;
    auto digests = Digests(arguments[1]);
    std::vector<PutManyRequest> requests;
    for (size_t i = 0; i < digests.size(); i++) {
        if (i % kBlobsOfMessage == 0) requests.emplace_back();
        auto* blob = requests.back().add_blobs();
        blob->set_digest(digests[i]);
        blob->set_data(Noise(i).Take(kSmallSize));
    }
    auto stub = BlobStore::NewStub(Connect(address));
    size_t stored = 0;
    Measure(std::stoi(arguments[0]), [&] {
        grpc::ClientContext context;
        auto stream = stub->PutMany(&context);
        for (const auto& request : requests) stream->Write(request);
        stream->WritesDone();
        PutManyResponse response;
        stored = 0;
        while (stream->Read(&response))
            for (const auto& blob : response.blobs()) stored += blob.status().code() == 0;
        Check(stream->Finish());
    });
    printf("blobs %zu\n", stored);
}

void GetMany(const std::string& address, const Arguments& arguments) {
    GetManyRequest request;
    for (auto& digest : Digests(arguments[1])) request.add_digests(std::move(digest));
    auto stub = BlobStore::NewStub(Connect(address));
    size_t size = 0;
    Measure(std::stoi(arguments[0]), [&] {
        grpc::ClientContext context;
        auto reader = stub->GetMany(&context, request);
        GetManyResponse response;
        size = 0;
        while (reader->Read(&response))
            for (const auto& blob : response.blobs()) size += blob.data().size();
        Check(reader->Finish());
    });
    printf("bytes %zu\n", size);
}
