package io.peerbus.swarm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.mplex.MplexOptions;
import io.peerbus.multiformats.FormatException;
import io.peerbus.noise.Handshake;
import io.peerbus.noise.NoiseIdentity;
import io.peerbus.noise.Opener;
import io.peerbus.noise.Sealer;
import io.peerbus.secure.SecureChannel;
import io.peerbus.swarm.Connection.Action;
import io.peerbus.yamux.YamuxOptions;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A connection against a peer played byte by byte: what other implementations put into one segment or one Noise
 * message, and what they leave out (wire notes, sections 1 and 30.1). Everything also comes one byte at a time.
 */
class UpgradeOrderTest {

  private static final String ECHO = "/echo/1.0.0";
  private static final byte[] HEADER = line("/multistream/1.0.0");
  private static final long NOW = 1;

  private final Random random = new Random(30);
  private final Workspace workspace = new Workspace();
  private final NoiseIdentity peer = NoiseIdentity.of(KeyPair.ed25519(ConnectionPair.seed(7)), random);
  private ConnectionPair.End end;
  private Sealer sealer;
  private Opener opener;

  private ConnectionOptions options(int maxNegotiating) {
    return options(maxNegotiating, Muxers.of(new YamuxOptions()));
  }

  private ConnectionOptions options(int maxNegotiating, Muxers muxers) {
    NoiseIdentity self = NoiseIdentity.of(KeyPair.ed25519(ConnectionPair.seed(8)), random);
    return new ConnectionOptions(List.of(self), null, muxers,
        new ConnectionOptions.Protocols(ECHO::equals, () -> List.of(ECHO)),
        new ConnectionOptions.Limits(ConnectionPair.SECOND, ConnectionPair.SECOND, ConnectionPair.SECOND,
            maxNegotiating));
  }

  private void listen() {
    end = new ConnectionPair.End(Connection.listener(options(128), workspace, random));
    end.connection.start(NOW);
  }

  private static byte[] line(String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + bytes.length).put((byte) bytes.length).put(bytes).array();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Arrays.asList(parts).forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(12 + payload.length).put((byte) 0).put((byte) type).putShort((short) flags)
        .putInt(stream).putInt(payload.length).put(payload).array();
  }

  private void feed(int chunk, byte[]... parts) {
    byte[] wire = join(parts);
    for (int at = 0; at < wire.length; at += chunk) {
      end.connection.onBytes(NOW, ByteBuffer.wrap(wire, at, Math.min(chunk, wire.length - at)));
      end.drain();
    }
  }

  /** What the connection has to say, as raw bytes. */
  private byte[] said() {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    for (int n = end.connection.transmit(NOW, workspace.output()); n > 0;
        n = end.connection.transmit(NOW, workspace.output())) {
      raw.write(workspace.output(), 0, n);
    }
    end.drain();
    return raw.toByteArray();
  }

  private byte[] opened(byte[] raw) throws FormatException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ByteBuffer in = ByteBuffer.wrap(raw);
    for (ByteBuffer message = opener.open(in); message != null; message = opener.open(in)) {
      plain.writeBytes(bytes(message));
    }
    assertFalse(in.hasRemaining());
    return plain.toByteArray();
  }

  private byte[] sealed(byte[] plain) throws FormatException {
    byte[] out = new byte[plain.length + Sealer.OVERHEAD];
    sealer.seal(plain, 0, plain.length, out, 0);
    return out;
  }

  /** The whole handshake as the dialer; answers the last message, which is not sent. The first goes with the header. */
  private byte[] shake(int chunk, List<String> muxers) throws FormatException {
    Handshake handshake = Handshake.initiator(peer, muxers, null, random);
    assertArrayEquals(HEADER, said(), "the header comes without waiting for the peer's");
    feed(chunk, HEADER, line("/noise"), bytes(handshake.output()));
    byte[] answer = said();
    assertArrayEquals(line("/noise"), Arrays.copyOf(answer, 8));
    handshake.onBytes(ByteBuffer.wrap(answer, 8, answer.length - 8));
    byte[] last = bytes(handshake.output());
    sealer = handshake.sealer();
    opener = handshake.opener();
    return last;
  }

  private void assertEchoWasOpenedAndHolds(byte[] payload) {
    assertEquals(peer.identity().publicKey().peerId(), end.only(Action.Upgraded.class).peer());
    assertEquals(new Action.Inbound(1, ECHO), end.only(Action.Inbound.class));
    assertArrayEquals(payload, end.received(1));
    assertEquals(new Action.Ended(1), end.only(Action.Ended.class));
  }

  /** rust (V1Lazy): header, proposal and the first Noise message in one segment; the last one with all that follows. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, Integer.MAX_VALUE / 2})
  void headerProposalAndTheFirstNoiseMessageMayComeTogether(int chunk) throws FormatException {
    listen();
    byte[] last = shake(chunk, List.of("/yamux/1.0.0"));
    byte[] request = {1, 2, 3};
    feed(chunk, last, sealed(frame(0, 1 | 4, 1, join(HEADER, line(ECHO), request))));
    assertEchoWasOpenedAndHolds(request);
  }

  /** rust, py and jvm: no early muxer; the choice and the first frames are one Noise message. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, Integer.MAX_VALUE / 2})
  void withoutAnEarlyMuxerItIsNegotiatedAndTheFirstFramesMayComeAlong(int chunk) throws FormatException {
    listen();
    byte[] last = shake(chunk, List.of());
    byte[] request = {4, 5};
    byte[] frames = join(frame(1, 1, 1, new byte[0]), frame(0, 4, 1, join(HEADER, line(ECHO), request)));
    feed(chunk, last, sealed(join(HEADER, line("/yamux/1.0.0"), frames)));
    assertEchoWasOpenedAndHolds(request);
    byte[] said = opened(said());
    byte[] chosen = join(HEADER, line("/yamux/1.0.0"));
    assertArrayEquals(chosen, Arrays.copyOf(said, chosen.length));
  }

  /** SEC-26: mplex has no flow control, and nobody gets it. */
  @Test
  void mplexIsRefusedAndYamuxTakenAfterIt() throws FormatException {
    listen();
    feed(100_000, shake(100_000, List.of()), sealed(join(HEADER, line("/mplex/6.7.0"))));
    assertArrayEquals(join(HEADER, line("na")), opened(said()));
    feed(100_000, sealed(line("/yamux/1.0.0")));
    byte[] said = opened(said());
    assertArrayEquals(line("/yamux/1.0.0"), Arrays.copyOf(said, line("/yamux/1.0.0").length));
    end.only(Action.Upgraded.class);
  }

  /** Where it is spoken: the choice and the first frames, with a name as go gives it, in one Noise message. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, Integer.MAX_VALUE / 2})
  void mplexIsTakenWhereItIsSpokenAndItsFirstFramesMayComeAlong(int chunk) throws FormatException {
    Muxers muxers = new Muxers(List.of(Muxers.YAMUX, Muxers.MPLEX), new YamuxOptions(), new MplexOptions());
    end = new ConnectionPair.End(Connection.listener(options(128, muxers), workspace, random));
    end.connection.start(NOW);
    byte[] last = shake(chunk, List.of());
    byte[] request = {4, 5};
    byte[] data = join(HEADER, line(ECHO), request);
    byte[] frames = join(new byte[] {0, 1, '0', 2, (byte) data.length}, data, new byte[] {4, 0});
    feed(chunk, last, sealed(join(HEADER, line("/mplex/6.7.0"), frames)));
    assertEchoWasOpenedAndHolds(request);
  }

  @Test
  void anUnknownSecureChannelIsRefusedAndNoiseTakenAfterIt() {
    listen();
    assertArrayEquals(HEADER, said());
    feed(3, HEADER, line("/tls/1.0.0"), line("/noise"));
    assertArrayEquals(join(line("na"), line("/noise")), said());
  }

  /** A dialer, and a listener that knows of no early muxers. */
  @ParameterizedTest
  @ValueSource(ints = {1, Integer.MAX_VALUE / 2})
  void aListenerWithoutEarlyMuxersIsAskedForOne(int chunk) throws FormatException {
    end = new ConnectionPair.End(
        Connection.dialer(options(128), workspace, peer.identity().publicKey().peerId(), random));
    end.connection.start(NOW);
    assertArrayEquals(join(HEADER, line("/noise")), said());
    feed(chunk, HEADER, line("/noise"));
    Handshake handshake = Handshake.responder(peer, List.of(), random);
    handshake.onBytes(ByteBuffer.wrap(said()));
    feed(chunk, bytes(handshake.output()));
    ByteBuffer more = ByteBuffer.wrap(said());
    handshake.onBytes(more);
    sealer = handshake.sealer();
    opener = handshake.opener();
    byte[] proposal = join(HEADER, line("/yamux/1.0.0"));
    assertArrayEquals(proposal, opened(bytes(more)));
    // Its answer and its first frame, a ping, in one Noise message.
    byte[] ping = frame(2, 1, 0, new byte[0]);
    feed(chunk, sealed(join(proposal, ping)));
    end.only(Action.Upgraded.class);
    ping[3] = 2;
    byte[] said = opened(said());
    assertTrue(indexOf(said, ping) >= 0, "the ping is answered");
  }

  private static int indexOf(byte[] all, byte[] part) {
    for (int at = 0; at + part.length <= all.length; at++) {
      if (Arrays.equals(all, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    return -1;
  }

  /** The longest Noise message there can be, of 65,535 bytes, with one frame in it (go, js, py). */
  @Test
  void theLongestNoiseMessageIsRead() throws FormatException {
    listen();
    byte[] proposal = join(HEADER, line(ECHO));
    byte[] request = new byte[65_519 - 12 - proposal.length];
    random.nextBytes(request);
    byte[] last = shake(1_500, List.of("/yamux/1.0.0"));
    byte[] message = sealed(frame(0, 1 | 4, 1, join(proposal, request)));
    assertEquals(2 + 65_535, message.length);
    feed(1_500, last, message);
    assertEchoWasOpenedAndHolds(request);
  }

  /** A stream that is opened and says nothing holds one of the places for it; the next one is reset. */
  @Test
  void streamsThatSayNothingAreCapped() throws FormatException {
    end = new ConnectionPair.End(Connection.listener(options(2), workspace, random));
    end.connection.start(NOW);
    feed(100_000, shake(100_000, List.of("/yamux/1.0.0")));
    opened(said());
    for (int stream = 1; stream <= 9; stream += 2) {
      feed(100_000, sealed(frame(1, 1, stream, new byte[0])));
    }
    byte[] said = opened(said());
    for (int stream = 1; stream <= 9; stream += 2) {
      assertEquals(stream > 3, indexOf(said, frame(1, 8, stream, new byte[0])) >= 0, "a reset of stream " + stream);
    }
    assertEquals(Collections.nCopies(3,
        new Action.Refused("maxNegotiating: 2 streams of one connection have no protocol yet", 1)),
        end.all(Action.Refused.class));
    assertFalse(end.connection.isClosed());
  }

  /** SEC-01: a crowd of peers, each within the limits of its connection. */
  @Test
  void theStreamsOfAllConnectionsTogetherAreLimited() throws FormatException {
    Workspace shared = new Workspace(10);
    List<ConnectionPair.End> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      end = new ConnectionPair.End(Connection.listener(options(128), shared, random));
      all.add(end);
      end.connection.start(NOW);
      feed(100_000, shake(100_000, List.of("/yamux/1.0.0")));
      for (int stream = 1; stream <= 9; stream += 2) {
        feed(100_000, sealed(frame(0, 1, stream, join(HEADER, line(ECHO)))));
      }
      opened(said());
      assertEquals(i < 2 ? 5 : 0, end.all(Action.Inbound.class).size());
    }
    assertEquals(Collections.nCopies(5,
        new Action.Refused("maxStreamsPerShard: 10 streams of peers on one event loop", 1)),
        end.all(Action.Refused.class));
    assertEquals(10, shared.inboundStreams());
    feed(100_000, sealed(frame(2, 1, 0, new byte[0])));
    assertFalse(end.connection.isClosed(), "it is refused streams, not the connection");
    all.get(0).connection.reset(NOW, 1, 0);
    assertEquals(9, shared.inboundStreams());
    all.get(0).connection.onEof("gone");
    assertEquals(5, shared.inboundStreams());
    all.get(1).connection.close(NOW, "we leave");
    all.get(1).connection.onEof("gone");
    assertEquals(0, shared.inboundStreams());
    feed(100_000, sealed(frame(0, 1, 11, join(HEADER, line(ECHO)))));
    assertEquals(1, end.all(Action.Inbound.class).size());
  }

  /** SEC-01: such as streams beyond the budget of their plugin. */
  @Test
  void streamsThatTheOwnerRefusesCountAndThoseThatItResetsDoNot() throws FormatException {
    listen();
    feed(100_000, shake(100_000, List.of("/yamux/1.0.0")));
    for (int i = 0; i <= 2 * YamuxOptions.DEFAULT_WASTED_BURST + 1; i++) {
      assertEquals(0, end.connection.pause(NOW));
      int stream = 2 * i + 1;
      feed(100_000, sealed(frame(0, 1, stream, join(HEADER, line(ECHO)))));
      if (i % 2 == 0) {
        end.connection.reset(NOW, stream, 0x1002);
      } else {
        end.connection.refuse(NOW, stream, 0x1002);
      }
      byte[] reset = frame(1, 8, stream, new byte[0]);
      reset[10] = 0x10;
      reset[11] = 0x02;
      assertTrue(indexOf(opened(said()), reset) >= 0, "with the owner's code");
    }
    assertTrue(end.connection.pause(NOW) > 0);
    assertFalse(end.connection.isClosed());
  }

  /** A deadline is forgotten with its stream, not when its turn comes: one silent stream would keep them all. */
  @Test
  void noDeadlineOutlivesItsStream() throws Exception {
    listen();
    feed(100_000, shake(100_000, List.of("/yamux/1.0.0")));
    feed(100_000, sealed(frame(1, 1, 1, new byte[0])));
    for (int stream = 3; stream < 2_000; stream += 2) {
      feed(100_000, sealed(join(frame(1, 1, stream, new byte[0]), frame(1, 8, stream, new byte[0]))));
      said();
    }
    assertEquals(1, field("streams", Streams.class).negotiating());
    assertEquals(1, workspace.inboundStreams());
  }

  /** SEC-14: the keys of a connection that is over are overwritten, however it ended. */
  @Test
  void theKeysAreGoneWhenTheConnectionIs() throws Exception {
    for (boolean orderly : new boolean[] {true, false}) {
      listen();
      feed(100_000, shake(100_000, List.of("/yamux/1.0.0")));
      said();
      SecureChannel channel = field("channel", SecureChannel.class);
      byte[] inTime = sealed(frame(2, 1, 0, new byte[0]));
      if (orderly) {
        end.connection.close(NOW, "done");
        said();
      } else {
        end.connection.onEof("reset by the peer");
      }
      assertThrows(FormatException.class, () -> channel.seal(new byte[1], 0, 1, new byte[64], 0));
      assertThrows(FormatException.class, () -> channel.open(ByteBuffer.wrap(inTime)));
    }
  }

  private <T> T field(String name, Class<T> type) throws ReflectiveOperationException {
    Field field = Connection.class.getDeclaredField(name);
    field.setAccessible(true);
    return type.cast(field.get(end.connection));
  }
}
