package io.peerbus.kademlia;

import io.peerbus.crypto.PublicKey;
import io.peerbus.multiformats.FieldReader;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;

/**
 * An IPNS record as far as it must be understood to be judged: what was signed, and whether the copies of it that
 * older readers look at say the same.
 *
 * <p>Spec: IPNS, "Record Verification". A record with nothing but a signature of version 1 is refused, as the spec
 * has it: that signature leaves out the sequence, so anyone could replay an old record as the newest.
 *
 * @param signed the DAG-CBOR document
 * @param document what it says
 */
record IpnsRecord(PublicKey keyOrNull, byte[] signature, byte[] signed, Document document) {

  /** What the spec asks everybody to take; larger ones need not be taken, and nobody makes them. */
  static final int MAX_LENGTH = 10 << 10;

  private static final byte[] PREFIX = "ipns-signature:".getBytes(StandardCharsets.US_ASCII);
  private static final int VALUE = 1;
  private static final int SIGNATURE_V1 = 2;
  private static final int VALIDITY_TYPE = 3;
  private static final int VALIDITY = 4;
  private static final int SEQUENCE = 5;
  private static final int TTL = 6;
  private static final int PUBLIC_KEY = 7;
  private static final int SIGNATURE_V2 = 8;
  private static final int DATA = 9;
  private static final int EOL = 0;
  private static final int MAX_TIME = 40;

  /** The five values, from either place. Bytes are never {@code null}. */
  record Document(byte[] value, byte[] validity, long validityType, long sequence, long ttl) {

    private static final byte[] NONE = {};

    static Document ofCbor(byte[] cbor) throws FormatException {
      byte[] value = null;
      byte[] validity = null;
      long[] numbers = {-1, 0, 0};
      DagCbor in = new DagCbor(cbor);
      while (in.next()) {
        switch (in.name()) {
          case "Value" -> value = in.isBytes() ? in.bytes() : null;
          case "Validity" -> validity = in.isBytes() ? in.bytes() : null;
          case "ValidityType" -> numbers[0] = in.isNumber() ? in.number() : -1;
          case "Sequence" -> numbers[1] = in.isNumber() ? in.number() : 0;
          case "TTL" -> numbers[2] = in.isNumber() ? in.number() : 0;
          default -> { } // the spec has unexpected names ignored
        }
      }
      if (value == null || validity == null || numbers[0] < 0) {
        throw new FormatException("the signed data lacks Value, Validity or ValidityType");
      }
      return new Document(value, validity, numbers[0], numbers[1], numbers[2]);
    }

    boolean sameAs(Document other) {
      return Arrays.equals(value, other.value) && Arrays.equals(validity, other.validity)
          && validityType == other.validityType && sequence == other.sequence && ttl == other.ttl;
    }

    Instant end() throws FormatException {
      if (validityType != EOL) {
        throw new FormatException("unknown ValidityType " + Long.toUnsignedString(validityType));
      }
      String text = new String(validity, 0, Math.min(validity.length, MAX_TIME), StandardCharsets.US_ASCII);
      try {
        return OffsetDateTime.parse(text).toInstant();
      } catch (DateTimeException e) {
        throw new FormatException("Validity is no time of RFC 3339");
      }
    }
  }

  static IpnsRecord read(byte[] bytes) throws FormatException {
    if (bytes.length > MAX_LENGTH) {
      throw new FormatException(bytes.length + " bytes, at most " + MAX_LENGTH + " are allowed");
    }
    int[] starts = new int[DATA + 1];
    int[] ends = new int[DATA + 1];
    long[] numbers = new long[DATA + 1];
    FieldReader in = new FieldReader(bytes);
    while (in.next()) {
      if (in.number() <= DATA && in.wireType() == FieldReader.BYTES) {
        starts[in.number()] = in.offset();
        ends[in.number()] = in.offset() + in.length();
      } else if (in.number() <= DATA && in.wireType() == FieldReader.VARINT) {
        numbers[in.number()] = in.varint();
      }
    }
    byte[][] fields = new byte[DATA + 1][];
    for (int i = VALUE; i <= DATA; i++) {
      fields[i] = Arrays.copyOfRange(bytes, starts[i], ends[i]);
    }
    if (fields[SIGNATURE_V2].length == 0 || fields[DATA].length == 0) {
      throw new FormatException("no signature of version 2");
    }
    Document document = Document.ofCbor(fields[DATA]);
    Document copies = new Document(fields[VALUE], fields[VALIDITY], numbers[VALIDITY_TYPE], numbers[SEQUENCE],
        numbers[TTL]);
    if (fields[SIGNATURE_V1].length + fields[VALUE].length > 0 && !copies.sameAs(document)) {
      throw new FormatException("the fields for older readers differ from the signed ones");
    }
    PublicKey key = fields[PUBLIC_KEY].length == 0 ? null : PublicKey.of(fields[PUBLIC_KEY]);
    return new IpnsRecord(key, fields[SIGNATURE_V2], fields[DATA], document);
  }

  /** Throws when the record is not signed by whom the name stands for, or is over at {@code now}. */
  void check(long now, PeerId name) throws FormatException {
    PublicKey key = keyOrNull;
    if (key == null) {
      byte[] inlined = name.inlinedKey();
      if (inlined == null) {
        throw new FormatException("no public key, and the name contains none");
      }
      key = PublicKey.of(inlined);
    }
    if (!key.peerId().equals(name)) {
      throw new FormatException("signed by " + key.peerId());
    }
    if (document.end().toEpochMilli() <= now) {
      throw new FormatException("over since " + document.end());
    }
    byte[] message = ByteBuffer.allocate(PREFIX.length + signed.length).put(PREFIX).put(signed).array();
    if (!key.verify(message, signature)) {
      throw new FormatException("the signature is wrong");
    }
  }

  /** The higher sequence is the newer; of two with one sequence, the one that is valid longer. */
  byte[] rank() throws FormatException {
    Instant end = document.end();
    return ByteBuffer.allocate(Long.BYTES * 2 + Integer.BYTES)
        .putLong(document.sequence).putLong(end.getEpochSecond() ^ Long.MIN_VALUE).putInt(end.getNano()).array();
  }
}
