package io.peerbus.samples.keyvalue;

import com.google.protobuf.ByteString;
import io.peerbus.multiformats.PeerId;
import io.peerbus.samples.keyvalue.pb.KeyValueProto.Request;
import io.peerbus.samples.keyvalue.pb.KeyValueProto.Response;
import io.peerbus.samples.keyvalue.pb.KeyValueProto.Response.Status;
import java.util.HashMap;
import java.util.Map;

/**
 * The entries. Everybody may read; a key belongs to the peer that put it first, and only that one may change it.
 *
 * <p>Not thread safe, owned by the plugin's context.
 */
public final class Store {

  /** The longest key, in bytes. Values are limited by the options; long keys would be another way to fill memory. */
  public static final int MAX_KEY = 256;

  private record Entry(PeerId owner, ByteString value) {}

  private final KeyValueOptions options;
  private final Map<ByteString, Entry> entries = new HashMap<>();
  private final Map<PeerId, Integer> owned = new HashMap<>();

  public Store(KeyValueOptions options) {
    this.options = options;
  }

  public int size() {
    return entries.size();
  }

  /** Does what {@code from} asks for. Never fails: what is wrong is said in the response. */
  public Response answer(PeerId from, Request request) {
    ByteString key = request.getKey();
    if (key.isEmpty() || key.size() > MAX_KEY) {
      return refuse(Status.BAD_REQUEST, "key: 1 to " + MAX_KEY + " bytes are allowed, not " + key.size());
    }
    return switch (request.getOperation()) {
      case GET -> get(key);
      case PUT -> put(from, key, request.getValue());
      case DELETE -> delete(from, key);
      case UNRECOGNIZED -> refuse(Status.BAD_REQUEST, "operation " + request.getOperationValue() + " is unknown");
    };
  }

  private Response get(ByteString key) {
    Entry entry = entries.get(key);
    return entry == null ? refuse(Status.NOT_FOUND, "nobody has put that key")
        : Response.newBuilder().setValue(entry.value()).build();
  }

  private Response put(PeerId from, ByteString key, ByteString value) {
    if (value.size() > options.maxValueBytes()) {
      return refuse(Status.BAD_REQUEST, "value: " + value.size() + " bytes > " + options.maxValueBytes());
    }
    Entry there = entries.get(key);
    if (there != null && !there.owner().equals(from)) {
      return refuse(Status.FORBIDDEN, "the key is another peer's");
    }
    if (there == null) {
      if (entries.size() >= options.maxEntries()) {
        return refuse(Status.FULL, "limit of " + options.maxEntries() + " entries (maxEntries) reached");
      }
      if (owned.getOrDefault(from, 0) >= options.maxEntriesPerPeer()) {
        return refuse(Status.FULL, "limit of " + options.maxEntriesPerPeer()
            + " entries of one peer (maxEntriesPerPeer) reached");
      }
      owned.merge(from, 1, Integer::sum);
    }
    entries.put(key, new Entry(from, value));
    return Response.getDefaultInstance();
  }

  private Response delete(PeerId from, ByteString key) {
    Entry there = entries.get(key);
    if (there == null) {
      return refuse(Status.NOT_FOUND, "nobody has put that key");
    }
    if (!there.owner().equals(from)) {
      return refuse(Status.FORBIDDEN, "the key is another peer's");
    }
    entries.remove(key);
    owned.computeIfPresent(from, (owner, count) -> count == 1 ? null : count - 1);
    return Response.getDefaultInstance();
  }

  private static Response refuse(Status status, String message) {
    return Response.newBuilder().setStatus(status).setMessage(message).build();
  }
}
