package io.peerbus.identify;

import static io.peerbus.identify.Peers.address;
import static io.peerbus.identify.Peers.description;
import static io.peerbus.identify.Peers.id;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.peerbus.fuzz.Allocation;
import io.peerbus.identify.pb.IdentifyProto;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.Varint;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class IdentifyReaderTest {

  static final Multiaddr FROM = address("/ip4/127.0.0.1/tcp/9");

  private static final byte[] WHOLE = description(1, List.of(address("/ip4/127.0.0.1/tcp/4001")),
      List.of("/ipfs/id/1.0.0", "/meshsub/1.1.0"), null)
      .toMessage(address("/ip6/::1/tcp/9").toBytes()).bytes();

  static IdentifyMessage read(byte[] bytes, int chunk) throws FormatException {
    IdentifyReader reader = new IdentifyReader();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (in.position() < bytes.length) {
      in.limit(Math.min(bytes.length, in.position() + chunk));
      reader.onBytes(in);
    }
    return reader.end();
  }

  private static byte[] framed(byte[]... messages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] message : messages) {
      out.writeBytes(Varint.encode(message.length));
      out.writeBytes(message);
    }
    return out.toByteArray();
  }

  private static byte[] part(String agent, String... protocols) {
    return IdentifyProto.Identify.newBuilder().setAgentVersion(agent).addAllProtocols(List.of(protocols)).build()
        .toByteArray();
  }

  @Test
  void theMessageIsTheSameHoweverItsBytesArrive() throws FormatException {
    for (int chunk : new int[] {1, 2, 3, 7, WHOLE.length}) {
      IdentifyMessage message = read(WHOLE, chunk);
      assertEquals(List.of("/ipfs/id/1.0.0", "/meshsub/1.1.0"), List.copyOf(message.protocols(9, 99)));
      assertEquals("peerbus/test", message.agentVersion(99));
      assertEquals(1, message.listenAddresses(9).size());
    }
  }

  @Test
  void aTruncatedMessageIsRefusedAtEveryByte() {
    for (int length = 0; length < WHOLE.length; length++) {
      byte[] cut = Arrays.copyOf(WHOLE, length);
      assertThrows(FormatException.class, () -> read(cut, 64), () -> cut.length + " bytes");
    }
  }

  @Test
  void severalMessagesAreReadAsOne() throws FormatException {
    IdentifyMessage message = read(framed(part("first", "/a"), part("second", "/b", "/c")), 5);
    assertEquals("second", message.agentVersion(99));
    assertEquals(List.of("/a", "/b", "/c"), List.copyOf(message.protocols(9, 99)));
  }

  @Test
  void tenMessagesAreReadAndElevenAreNot() throws FormatException {
    byte[][] parts = new byte[11][];
    Arrays.fill(parts, part("x", "/a"));
    assertEquals("x", read(framed(Arrays.copyOf(parts, 10)), 100).agentVersion(9));
    assertThrows(FormatException.class, () -> read(framed(parts), 100));
  }

  @Test
  void aMessageBeyondItsLimitIsRefused() {
    byte[] big = part("x".repeat(IdentifyReader.MAX_MESSAGE));
    assertThrows(FormatException.class, () -> read(framed(big), 1000));
  }

  @Test
  void aPeerThatNeverStopsIsCutOffEarly() {
    IdentifyReader reader = new IdentifyReader();
    byte[] junk = new byte[1024];
    int taken = 0;
    FormatException refused = null;
    for (int i = 0; i < 1024 && refused == null; i++) {
      try {
        reader.onBytes(ByteBuffer.wrap(junk));
        taken += junk.length;
      } catch (FormatException e) {
        refused = e;
      }
    }
    assertTrue(refused != null && taken <= IdentifyReader.MAX_TOTAL, "took " + taken);
  }

  @Test
  void theBareMessageOfOldPyPeersIsUnderstood() throws FormatException {
    byte[] key = Peers.key(2).publicKey().toBytes();
    byte[] bare = IdentifyProto.Identify.newBuilder().setPublicKey(ByteString.copyFrom(key)).addProtocols("/py")
        .setAgentVersion("py").build().toByteArray();
    IdentifyMessage message = read(bare, 3);
    assertArrayEquals(key, message.publicKey());
    assertEquals(List.of("/py"), List.copyOf(message.protocols(9, 99)));
  }

  @Test
  void atTheTimeoutOnlyWholeMessagesCount() throws FormatException {
    IdentifyReader whole = new IdentifyReader();
    whole.onBytes(ByteBuffer.wrap(WHOLE));
    assertEquals("peerbus/test", whole.timeout().agentVersion(99));
    IdentifyReader half = new IdentifyReader();
    half.onBytes(ByteBuffer.wrap(WHOLE, 0, WHOLE.length - 1));
    assertThrows(FormatException.class, half::timeout);
    assertThrows(FormatException.class, new IdentifyReader()::timeout);
  }

  @Property(tries = 3_000)
  void anyBytesAreAMessageOrAreRefusedAtNoGreatCost(@ForAll @Size(max = 300) byte[] bytes,
      @ForAll @IntRange(min = 1, max = 50) int chunk) {
    Allocation.assertBounded(bytes.length, () -> read(bytes, chunk));
  }

  @Property(tries = 1_000)
  void aChangedMessageIsAMessageOrIsRefusedAtNoGreatCost(@ForAll Random random) {
    byte[] bytes = WHOLE.clone();
    for (int i = 0; i <= random.nextInt(4); i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    Allocation.assertBounded(bytes.length, () -> {
      IdentifyMessage message = read(bytes, 1 + random.nextInt(bytes.length));
      assertTrue(message != null);
    });
  }

  @Property(tries = 200)
  void whateverIsReadCanBeAskedAnything(@ForAll Random random) {
    byte[] bytes = WHOLE.clone();
    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    try {
      Identification.of(read(bytes, 64), id(1), FROM, Identification.NO_RECORD);
    } catch (FormatException expected) {
      assertTrue(expected.getMessage().length() > 0);
    }
  }

  /** SEC-28: a full load of the smallest elements costs its own bytes, until somebody asks, within limits. */
  @Test
  void tensOfThousandsOfTinyElementsCostTheirOwnBytes() throws FormatException {
    byte[] message = new byte[IdentifyReader.MAX_MESSAGE];
    for (int i = 0; i + 3 <= message.length; i += 4) {
      message[i] = 0x1a;
      message[i + 1] = 2;
      message[i + 2] = (byte) ('!' + i / 4 % 90);
      message[i + 3] = (byte) ('!' + i / 360);
    }
    byte[][] all = new byte[IdentifyReader.MAX_MESSAGES][];
    Arrays.fill(all, message);
    byte[] bytes = framed(all);
    Allocation.assertBounded(bytes.length, () -> read(bytes, 4096));
    IdentifyMessage read = read(bytes, 4096);
    assertEquals(1024, read.protocols(Identification.MAX_PROTOCOLS, 256).size());
    assertEquals(1024, Identification.of(read, id(1), FROM, Identification.NO_RECORD).protocols().size());
  }
}
