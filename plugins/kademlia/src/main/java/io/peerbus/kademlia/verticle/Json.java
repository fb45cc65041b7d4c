package io.peerbus.kademlia.verticle;

import io.peerbus.api.Failure;
import io.peerbus.kademlia.Contact;
import io.peerbus.kademlia.Hop;
import io.peerbus.kademlia.RoutingTable;
import io.peerbus.kademlia.ValueRecord;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** The forms of things in the plugin's JSON interface: bytes are base64url texts, peers and addresses their texts. */
final class Json {

  private static final double NANOS_A_MILLI = 1e6;

  private Json() {}

  static String text(JsonObject request, String name) {
    if (request.getValue(name) instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw Failure.BAD_REQUEST.because(name + ": missing, empty or no text");
  }

  static byte[] bytes(JsonObject request, String name) {
    try {
      byte[] bytes = request.getBinary(name);
      if (bytes != null) {
        return bytes;
      }
    } catch (ClassCastException | IllegalArgumentException e) {
      throw Failure.BAD_REQUEST.because(name + ": not the base64url text of bytes");
    }
    throw Failure.BAD_REQUEST.because(name + ": missing");
  }

  static int number(JsonObject request, String name, int otherwise, int most) {
    Object value = request.getValue(name);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Integer number && number >= 1 && number <= most) {
      return number;
    }
    throw Failure.BAD_REQUEST.because(name + ": " + value + " is no whole number from 1 to " + most);
  }

  static PeerId peer(JsonObject request) {
    try {
      return PeerId.parse(text(request, "peer"));
    } catch (FormatException e) {
      throw Failure.BAD_REQUEST.because("peer: " + e.getMessage());
    }
  }

  /** Addresses with their peers. */
  static List<Contact> contacts(JsonObject request) {
    if (!(request.getValue("addresses") instanceof JsonArray texts)) {
      throw Failure.BAD_REQUEST.because("addresses: missing or no list");
    }
    return texts.stream().map(Json::contact).toList();
  }

  private static Contact contact(Object text) {
    try {
      Multiaddr address = Multiaddr.parse(String.valueOf(text));
      PeerId peer = address.peerId().orElseThrow(() -> new FormatException("it does not end in /p2p/<peer id>"));
      return new Contact(peer, List.of(address.withoutPeerId()));
    } catch (FormatException e) {
      throw Failure.BAD_REQUEST.because("addresses: " + text + ": " + e.getMessage());
    }
  }

  static JsonObject of(Contact contact) {
    return new JsonObject().put("peer", contact.peer().toString())
        .put("addresses", new JsonArray(contact.addresses().stream().map(Multiaddr::toString).toList()));
  }

  static JsonArray contacts(List<Contact> contacts) {
    return new JsonArray(contacts.stream().map(Json::of).toList());
  }

  static JsonArray peers(List<PeerId> peers) {
    return new JsonArray(peers.stream().map(PeerId::toString).toList());
  }

  static JsonObject of(ValueRecord record) {
    return new JsonObject().put("key", Buffer.buffer(record.key())).put("value", Buffer.buffer(record.value()));
  }

  /** Times are milliseconds since the lookup's first request. */
  static JsonArray trace(List<Hop> hops) {
    JsonArray trace = new JsonArray();
    for (Hop hop : hops) {
      long start = hops.get(0).askedAt();
      JsonObject json = new JsonObject().put("peer", hop.peer().toString());
      if (hop.heardFrom() != null) {
        json.put("heardFrom", hop.heardFrom().toString());
      }
      if (!hop.lookup().isEmpty()) {
        json.put("lookup", hop.lookup());
      }
      json.put("path", hop.path()).put("state", hop.state().name().toLowerCase(Locale.ROOT))
          .put("askedAtMillis", (hop.askedAt() - start) / NANOS_A_MILLI)
          .put("tookMillis", (hop.endedAt() - hop.askedAt()) / NANOS_A_MILLI)
          .put("told", hop.told()).put("taken", hop.taken());
      if (!hop.failure().isEmpty()) {
        json.put("failure", hop.failure());
      }
      JsonArray rejected = new JsonArray();
      hop.rejected().forEach(each -> rejected.add(
          new JsonObject().put("peer", each.peer().toString()).put("reason", each.reason())));
      trace.add(rejected.isEmpty() ? json : json.put("rejected", rejected));
    }
    return trace;
  }

  /** Ages are milliseconds. */
  static JsonObject of(RoutingTable.Row row, long now) {
    return of(row.contact()).put("bucket", row.bucket())
        .put("knownForMillis", (now - row.addedAt()) / (long) NANOS_A_MILLI)
        .put("aliveBeforeMillis", (now - row.aliveAt()) / (long) NANOS_A_MILLI)
        .put("failures", row.failures());
  }
}
