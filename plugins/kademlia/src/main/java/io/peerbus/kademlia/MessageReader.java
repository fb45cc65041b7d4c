package io.peerbus.kademlia;

import io.peerbus.multiformats.AddressList;
import io.peerbus.multiformats.FieldReader;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import io.peerbus.multiformats.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Goes through the bytes of a message: once to check all of it and to find its single fields, and again for its
 * contacts when they are wanted. The field numbers are those of {@code dht.proto}.
 *
 * <p>Not thread safe, owned by its message.
 */
final class MessageReader {

  private static final int TYPE = 1;
  private static final int KEY = 2;
  private static final int RECORD = 3;
  private static final int CLOSER = 8;
  private static final int PROVIDERS = 9;
  private static final int SENDER_RECORD = 11;

  private static final int PEER_ID = 1;
  private static final int PEER_ADDRESSES = 2;

  private static final int RECORD_KEY = 1;
  private static final int RECORD_VALUE = 2;
  private static final int RECORD_TIME = 5;
  /** RFC 3339 with nanoseconds and an offset has 35 characters. */
  private static final int MAX_TIME = 40;

  private static final Message.Type[] TYPES = Message.Type.values();
  private static final byte[] EMPTY = {};

  private final byte[] bytes;
  private final KademliaLimits limits;
  private int type;
  private byte[] key = EMPTY;
  private ValueRecord record;
  private boolean hasSenderRecord;

  MessageReader(byte[] bytes, KademliaLimits limits) throws FormatException {
    this.bytes = bytes;
    this.limits = limits;
    int keyAt = 0;
    int keyLength = 0;
    int recordAt = -1;
    int recordLength = 0;
    FieldReader inner = new FieldReader(bytes);
    FieldReader in = new FieldReader(bytes);
    while (in.next()) {
      if (in.is(TYPE, FieldReader.VARINT)) {
        type = known(in.varint());
      } else if (in.is(KEY, FieldReader.BYTES)) {
        keyAt = in.offset();
        keyLength = atMost("key", in.length(), limits.getMaxKeyLength());
      } else if (in.is(RECORD, FieldReader.BYTES)) {
        recordAt = in.offset();
        recordLength = in.length();
      } else if (in.is(SENDER_RECORD, FieldReader.BYTES)) {
        hasSenderRecord = true;
      } else if (in.is(CLOSER, FieldReader.BYTES) || in.is(PROVIDERS, FieldReader.BYTES)) {
        checkForm(inner, in.offset(), in.length());
      }
    }
    key = Arrays.copyOfRange(bytes, keyAt, keyAt + keyLength);
    record = recordAt < 0 ? null : record(inner, recordAt, recordLength);
  }

  private static int known(long type) throws FormatException {
    if (type < 0 || type >= TYPES.length) {
      throw new FormatException("kademlia: unknown message type " + type);
    }
    return (int) type;
  }

  private static int atMost(String what, int length, int most) throws FormatException {
    if (length > most) {
      throw new FormatException("kademlia: " + what + " of " + length + " bytes: the most is " + most);
    }
    return length;
  }

  private static void checkForm(FieldReader in, int offset, int length) throws FormatException {
    in.restart(offset, length);
    while (in.next()) {
      // Only the form: what is in it, and how much of it, is looked at when it is wanted.
    }
  }

  /** go writes an empty record where it means none; one with nothing in it that we know is as empty. */
  private ValueRecord record(FieldReader in, int offset, int length) throws FormatException {
    int[] starts = new int[RECORD_TIME + 1];
    int[] ends = new int[RECORD_TIME + 1];
    in.restart(offset, length);
    while (in.next()) {
      if (in.number() <= RECORD_TIME && in.wireType() == FieldReader.BYTES) {
        starts[in.number()] = in.offset();
        ends[in.number()] = in.offset() + in.length();
      }
    }
    int keyLength = atMost("key of a record", ends[RECORD_KEY] - starts[RECORD_KEY], limits.getMaxKeyLength());
    int valueLength = atMost("value", ends[RECORD_VALUE] - starts[RECORD_VALUE], limits.getMaxValueSize());
    if (keyLength + valueLength == 0) {
      return null;
    }
    return new ValueRecord(
        Arrays.copyOfRange(bytes, starts[RECORD_KEY], ends[RECORD_KEY]),
        Arrays.copyOfRange(bytes, starts[RECORD_VALUE], ends[RECORD_VALUE]),
        time(starts[RECORD_TIME], ends[RECORD_TIME] - starts[RECORD_TIME]));
  }

  private String time(int offset, int length) {
    boolean plausible = length <= MAX_TIME && Utf8.isValid(bytes, offset, length);
    return plausible ? new String(bytes, offset, length, StandardCharsets.UTF_8) : "";
  }

  Message.Type type() {
    return TYPES[type];
  }

  byte[] key() {
    return key;
  }

  ValueRecord record() {
    return record;
  }

  boolean hasSenderRecord() {
    return hasSenderRecord;
  }

  List<Contact> closer() {
    return contacts(CLOSER, limits.getMaxCloserPeers());
  }

  List<Contact> providers() {
    return contacts(PROVIDERS, limits.getMaxProviderPeers());
  }

  /** The first {@code most} contacts; one whose id is none is left out, as other implementations do. */
  private List<Contact> contacts(int field, int most) {
    List<Contact> contacts = new ArrayList<>();
    FieldReader in = new FieldReader(bytes);
    FieldReader inner = new FieldReader(bytes);
    try {
      for (int seen = 0; seen < most && in.next();) {
        if (in.is(field, FieldReader.BYTES)) {
          seen++;
          Contact contact = contact(inner, in.offset(), in.length());
          if (contact != null) {
            contacts.add(contact);
          }
        }
      }
    } catch (FormatException e) {
      throw new IllegalStateException(e); // the constructor read the same bytes to their end
    }
    return contacts;
  }

  private Contact contact(FieldReader in, int offset, int length) throws FormatException {
    int idAt = 0;
    int idLength = 0;
    AddressList addresses = new AddressList(limits.getMaxAddresses());
    in.restart(offset, length);
    while (in.next()) {
      if (in.is(PEER_ID, FieldReader.BYTES)) {
        idAt = in.offset();
        idLength = in.length();
      } else if (in.is(PEER_ADDRESSES, FieldReader.BYTES)) {
        addresses.add(bytes, in.offset(), in.length());
      }
    }
    if (idLength > PeerId.MAX_LENGTH) {
      return null;
    }
    try {
      PeerId peer = PeerId.of(bytes, idAt, idLength);
      return new Contact(peer, own(peer, addresses.take()));
    } catch (FormatException e) {
      return null;
    }
  }

  /** An address may end in the peer's own id; one with another's is not its. */
  private static List<Multiaddr> own(PeerId peer, List<Multiaddr> addresses) {
    List<Multiaddr> own = new ArrayList<>(addresses.size());
    for (Multiaddr address : addresses) {
      Multiaddr bare = address.withoutPeerId();
      boolean named = !bare.equals(address);
      if (!named || peer.equals(address.peerId().orElse(null))) {
        own.add(bare);
      }
    }
    return own;
  }
}
