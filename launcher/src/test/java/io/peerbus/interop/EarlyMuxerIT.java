package io.peerbus.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.noise.NoiseIdentity;
import io.peerbus.secure.SecureProtocol;
import io.peerbus.tls.TlsIdentity;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The muxer is agreed on within the handshake where both sides know how, by ALPN in TLS and by the extension in Noise
 * (libp2p connections, "inlined muxer negotiation"), and not a byte is spent on it afterwards: the first ones are
 * frames of Yamux, in both directions. With a peer that does not know how it is negotiated as ever.
 */
@Timeout(1900) // a peer may have to be made first
class EarlyMuxerIT {

  private static final List<String> YAMUX = List.of("/yamux/1.0.0");
  private static final byte[] MULTISTREAM = "\u0013/multistream/1.0.0\n".getBytes(StandardCharsets.US_ASCII);
  private static final int FRAME_HEADER = 12;
  private static final byte[] PING = HexFormat.of().parseHex("000200010000000000000007");
  private static final byte[] PONG = HexFormat.of().parseHex("000200020000000000000007");

  private final SecureRandom random = new SecureRandom();
  private final KeyPair identity = KeyPair.generate(KeyType.ED25519, random);

  /** The library of py 0.8 can do it in TLS, but not where it is set up in the way of its examples. */
  private static final List<Language> KNOWING = List.of(Language.GO, Language.JS);

  static Stream<Arguments> whoKnowsHow() {
    return of(KNOWING::contains);
  }

  static Stream<Arguments> whoDoesNot() {
    return of(language -> !KNOWING.contains(language));
  }

  private static Stream<Arguments> of(Predicate<Language> languages) {
    return Language.chosen().stream().filter(languages)
        .flatMap(language -> Stream.of("noise", "tls").map(security -> Arguments.of(language, security)));
  }

  private SecureProtocol security(String name) {
    return name.equals("tls") ? TlsIdentity.of(identity, InstantSource.system(), random)
        : NoiseIdentity.of(identity, random);
  }

  private static ForeignPeer start(Language language, String security) {
    return ForeignPeer.start(new Peers().executable(language), "early-" + language.id() + "-" + security,
        List.of("--muxer", "yamux"));
  }

  private SecuredSocket dial(ForeignPeer peer, String security) throws IOException, FormatException {
    Multiaddr.HostPort at = peer.address().hostPort().orElseThrow();
    return SecuredSocket.dial(new Socket(at.host(), at.port()), security(security), YAMUX);
  }

  /** The peer dials; whether it is content with what follows is not asked. */
  private SecuredSocket beDialled(ForeignPeer peer, String security) throws IOException, FormatException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      server.setSoTimeout(60_000);
      Multiaddr here = Multiaddr.tcp("127.0.0.1", server.getLocalPort());
      peer.request("connect", new JsonObject()
          .put("addr", here.withPeerId(identity.publicKey().peerId()).toString()));
      return SecuredSocket.accept(server.accept(), security(security), YAMUX);
    }
  }

  @ParameterizedTest
  @MethodSource("whoKnowsHow")
  void weDialAndSpeakYamuxAtOnce(Language language, String security) throws Exception {
    try (ForeignPeer peer = start(language, security); SecuredSocket socket = dial(peer, security)) {
      assertEquals(YAMUX.get(0), socket.muxer());
      assertAnswersPing(socket);
    }
  }

  @ParameterizedTest
  @MethodSource("whoKnowsHow")
  void theyDialAndSpeakYamuxAtOnce(Language language, String security) throws Exception {
    try (ForeignPeer peer = start(language, security); SecuredSocket socket = beDialled(peer, security)) {
      assertEquals(YAMUX.get(0), socket.muxer());
      assertAnswersPing(socket);
    }
  }

  @ParameterizedTest
  @MethodSource("whoDoesNot")
  void whoDoesNotKnowHowProposesAfterTheHandshake(Language language, String security) throws Exception {
    try (ForeignPeer peer = start(language, security); SecuredSocket socket = beDialled(peer, security)) {
      assertNull(socket.muxer());
      ByteArrayOutputStream first = new ByteArrayOutputStream();
      while (first.size() < MULTISTREAM.length) {
        ByteBuffer plain = socket.read();
        first.write(plain.array(), plain.arrayOffset() + plain.position(), plain.remaining());
      }
      assertArrayEquals(MULTISTREAM, Arrays.copyOf(first.toByteArray(), MULTISTREAM.length));
    }
  }

  /** Frame by frame from the very first byte, what the peer opens of its own accord included. */
  private static void assertAnswersPing(SecuredSocket socket) throws IOException, FormatException {
    socket.write(PING);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int at = 0;
    while (true) {
      while (all.size() < at + FRAME_HEADER) {
        ByteBuffer plain = socket.read();
        all.write(plain.array(), plain.arrayOffset() + plain.position(), plain.remaining());
      }
      ByteBuffer header = ByteBuffer.wrap(all.toByteArray(), at, FRAME_HEADER).slice();
      assertEquals(0, header.get(0), () -> "no frame of Yamux: " + HexFormat.of().formatHex(all.toByteArray()));
      if (header.equals(ByteBuffer.wrap(PONG))) {
        return;
      }
      boolean isData = header.get(1) == 0;
      at += FRAME_HEADER + (isData ? header.getInt(8) : 0);
    }
  }
}
