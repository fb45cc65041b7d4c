package io.peerbus.kademlia;

import io.peerbus.multiformats.FormatException;
import java.util.List;

/**
 * One request or response. Immutable, and its arrays are not to be changed.
 *
 * <p>A message that was read keeps its bytes and makes its contacts when they are asked for, with the limits it was
 * read with: so an answer full of tiny addresses costs no more memory than its bytes until somebody wants them.
 *
 * <p>Spec: kad-dht, "RPC messages".
 */
public final class Message {

  /** What is asked, or answered; the order is that of the numbers on the wire. */
  public enum Type { PUT_VALUE, GET_VALUE, ADD_PROVIDER, GET_PROVIDERS, FIND_NODE, PING }

  private final Type type;
  private final byte[] key;
  private final ValueRecord record;
  private final List<Contact> closer;
  private final List<Contact> providers;
  /** Where the contacts are read from when they are asked for; {@code null} for a message of our own. */
  private final MessageReader source;

  private Message(Type type, byte[] key, ValueRecord record, List<Contact> closer, List<Contact> providers) {
    this.type = type;
    this.key = key;
    this.record = record;
    this.closer = List.copyOf(closer);
    this.providers = List.copyOf(providers);
    this.source = null;
  }

  private Message(MessageReader source) {
    this.type = source.type();
    this.key = source.key();
    this.record = source.record();
    this.closer = List.of();
    this.providers = List.of();
    this.source = source;
  }

  /**
   * Reads a message without its length prefix. Unknown fields are skipped, and what exceeds the limits for lists.
   *
   * @param bytes belong to the message from now on
   * @throws FormatException when it is none, or its key or value is longer than the limits allow
   */
  public static Message read(byte[] bytes, KademliaLimits limits) throws FormatException {
    return new Message(new MessageReader(bytes, limits));
  }

  /** Asks for the peers nearest to the hash of {@code key}; of a peer's id, for that peer. */
  public static Message findNode(byte[] key) {
    return request(Type.FIND_NODE, key);
  }

  public static Message getValue(byte[] key) {
    return request(Type.GET_VALUE, key);
  }

  public static Message getProviders(byte[] key) {
    return request(Type.GET_PROVIDERS, key);
  }

  public static Message ping() {
    return request(Type.PING, new byte[0]);
  }

  /** Asks to keep a record; its echo is the answer. */
  public static Message putValue(ValueRecord record) {
    return new Message(Type.PUT_VALUE, record.key(), record, List.of(), List.of());
  }

  /** Says that {@code provider}, who must be the sender, has what {@code key} stands for. Not answered. */
  public static Message addProvider(byte[] key, Contact provider) {
    return new Message(Type.ADD_PROVIDER, key, null, List.of(), List.of(provider));
  }

  private static Message request(Type type, byte[] key) {
    return new Message(type, key, null, List.of(), List.of());
  }

  /** An answer to this request: the same type and key, and what is found. */
  public Message answer(ValueRecord recordOrNull, List<Contact> closerPeers, List<Contact> providerPeers) {
    return new Message(type, key, recordOrNull, closerPeers, providerPeers);
  }

  public Type type() {
    return type;
  }

  /** May be empty. */
  public byte[] key() {
    return key;
  }

  /** The record, or {@code null}. */
  public ValueRecord record() {
    return record;
  }

  /** Peers nearer to the key, as the sender says. Of a message that was read, made anew each time. */
  public List<Contact> closer() {
    return source == null ? closer : source.closer();
  }

  /** Who has what the key stands for, as the sender says. Of a message that was read, made anew each time. */
  public List<Contact> providers() {
    return source == null ? providers : source.providers();
  }

  /** Whether an ADD_PROVIDER is answered: only py-libp2p waits for that, and it is known by a field of its own. */
  public boolean wantsEcho() {
    return source != null && source.hasSenderRecord();
  }

  @Override
  public String toString() {
    return type + " with a key of " + key.length + " bytes";
  }
}
