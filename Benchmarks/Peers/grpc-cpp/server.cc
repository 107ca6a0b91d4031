// SPDX-License-Identifier: Apache-2.0
// A blob service in memory, made for speed: it keeps messages as they come and hashes nothing. What it
// calls a digest are the first bytes of the blob.
// usage: server ADDRESS
#include <csignal>
#include <cstdio>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "common.h"
#include "snix/castore/v1/rpc_blobstore.grpc.pb.h"

using namespace snix::castore::v1;
using grpc::Status;
using grpc::StatusCode;

struct Blob {
    std::vector<BlobChunk> messages;
    uint64_t size = 0;
};

class Blobs {
  public:
    std::shared_ptr<const Blob> Find(const std::string& digest) {
        std::lock_guard<std::mutex> guard(lock_);
        auto found = blobs_.find(digest);
        return found == blobs_.end() ? nullptr : found->second;
    }

    std::string Add(std::shared_ptr<const Blob> blob) {
        std::string digest = blob->messages.empty() ? "" : blob->messages[0].data().substr(0, kDigestSize);
        digest.resize(kDigestSize);
        std::lock_guard<std::mutex> guard(lock_);
        blobs_[digest] = std::move(blob);
        return digest;
    }

  private:
    std::mutex lock_;
    std::unordered_map<std::string, std::shared_ptr<const Blob>> blobs_;
};

static Status NotFound() { return Status(StatusCode::NOT_FOUND, "the blob is not here"); }

// The faster of the two interfaces for each method: callbacks where calls are short.
class Service final : public BlobService::WithCallbackMethod_Stat<BlobService::Service> {
    grpc::ServerUnaryReactor* Stat(
        grpc::CallbackServerContext* context,
        const StatBlobRequest* request,
        StatBlobResponse* response
    ) override {
        auto blob = blobs_.Find(request->digest());
        if (blob) response->set_size(blob->size);
        auto* reactor = context->DefaultReactor();
        reactor->Finish(blob ? Status::OK : NotFound());
        return reactor;
    }

    Status Read(
        grpc::ServerContext*,
        const ReadBlobRequest* request,
        grpc::ServerWriter<BlobChunk>* writer
    ) override {
        auto blob = blobs_.Find(request->digest());
        if (!blob) return NotFound();
        for (const BlobChunk& message : blob->messages)
            if (!writer->Write(message)) break;
        return Status::OK;
    }

    Status Put(
        grpc::ServerContext*,
        grpc::ServerReader<BlobChunk>* reader,
        PutBlobResponse* response
    ) override {
        auto blob = std::make_shared<Blob>();
        BlobChunk message;
        while (reader->Read(&message)) {
            blob->size += message.data().size();
            blob->messages.push_back(std::move(message));
            message = BlobChunk();
        }
        response->set_digest(blobs_.Add(std::move(blob)));
        return Status::OK;
    }

    Blobs blobs_;
};

int main(int count, char** arguments) {
    if (count != 2) return 2;
    Service service;
    grpc::ServerBuilder builder;
    builder.AddListeningPort(arguments[1], grpc::InsecureServerCredentials());
    builder.SetMaxReceiveMessageSize(16 << 20);
    builder.RegisterService(&service);
    auto server = builder.BuildAndStart();
    if (!server) return 1;
    printf("listening on %s\n", arguments[1]);
    fflush(stdout);
    server->Wait();
}
