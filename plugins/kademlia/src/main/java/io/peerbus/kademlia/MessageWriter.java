package io.peerbus.kademlia;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.peerbus.kademlia.pb.DhtProto;
import io.peerbus.multiformats.Varint;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Writes messages with their length before them. Stateless, any thread.
 *
 * <p>rust-libp2p refuses messages above 16 KiB, and twenty peers with all of their addresses are more than that: what
 * exceeds the limit loses addresses first, and then the peers farthest down the list. Records are never cut.
 */
public final class MessageWriter {

  /** How many addresses of a peer are told, the first ones; more helps nobody to reach it. */
  static final int MAX_ADDRESSES = 6;

  private MessageWriter() {}

  /** The message with its length before it, in at most {@code maxSize} bytes unless its record alone is longer. */
  public static byte[] write(Message message, int maxSize) {
    List<Contact> closer = message.closer();
    List<Contact> providers = message.providers();
    DhtProto.Message written = build(message, closer, providers, MAX_ADDRESSES);
    for (int addresses = MAX_ADDRESSES - 1; addresses > 0 && isTooLong(written, maxSize); addresses--) {
      written = build(message, closer, providers, addresses);
    }
    if (isTooLong(written, maxSize)) {
      written = shortened(message, closer, providers, maxSize);
    }
    byte[] body = written.toByteArray();
    ByteBuffer frame = ByteBuffer.allocate(Varint.length(body.length) + body.length);
    Varint.write(body.length, frame);
    return frame.put(body).array();
  }

  /** As many of both lists as fit, with an address each. Found by halves: long lists must not earn long work. */
  private static DhtProto.Message shortened(Message message, List<Contact> closer, List<Contact> providers,
      int maxSize) {
    int fits = 0;
    int tooMany = Math.max(closer.size(), providers.size());
    while (tooMany - fits > 1) {
      int middle = (fits + tooMany) >>> 1;
      if (isTooLong(build(message, first(closer, middle), first(providers, middle), 1), maxSize)) {
        tooMany = middle;
      } else {
        fits = middle;
      }
    }
    return build(message, first(closer, fits), first(providers, fits), 1);
  }

  private static List<Contact> first(List<Contact> contacts, int most) {
    return contacts.subList(0, Math.min(most, contacts.size()));
  }

  private static boolean isTooLong(DhtProto.Message message, int maxSize) {
    int size = message.getSerializedSize();
    return size + Varint.length(size) > maxSize;
  }

  private static DhtProto.Message build(Message message, List<Contact> closer, List<Contact> providers, int addresses) {
    DhtProto.Message.Builder builder = DhtProto.Message.newBuilder()
        .setTypeValue(message.type().ordinal())
        .setKey(wrap(message.key()));
    if (message.record() != null) {
      builder.setRecord(DhtProto.Record.newBuilder()
          .setKey(wrap(message.record().key()))
          .setValue(wrap(message.record().value()))
          .setTimeReceived(message.record().timeReceived()));
    }
    closer.forEach(contact -> builder.addCloserPeers(peer(contact, addresses)));
    providers.forEach(contact -> builder.addProviderPeers(peer(contact, addresses)));
    return builder.build();
  }

  private static DhtProto.Message.Peer.Builder peer(Contact contact, int addresses) {
    DhtProto.Message.Peer.Builder peer = DhtProto.Message.Peer.newBuilder().setId(wrap(contact.peer().toBytes()));
    contact.addresses().stream().limit(addresses).forEach(address -> peer.addAddrs(wrap(address.toBytes())));
    return peer;
  }

  private static ByteString wrap(byte[] bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes);
  }
}
