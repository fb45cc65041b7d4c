package io.peerbus.interop;

import static io.peerbus.interop.Language.GO;
import static io.peerbus.interop.Language.JS;
import static io.peerbus.interop.Language.PY;
import static io.peerbus.interop.Language.RUST;

import io.peerbus.crypto.KeyType;
import java.util.List;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The same over WebSocket, with one way to secure and to multiplex a connection and no other on our side. */
@ParameterizedClass(name = "{0}")
@MethodSource("pairings")
class WebSocketIT extends ChannelEncounter {

  /** What is inside the WebSocket, and who has it. */
  private record Row(Channel channel, List<Language> languages) {
    Row(String security, String muxer, boolean isPrivate, Language... languages) {
      this(Channel.webSocket(security, muxer, isPrivate), languages);
    }

    Row(Channel channel, Language... languages) {
      this(channel, List.of(languages));
    }
  }

  /**
   * At {@code /tls/ws} rust 0.57 takes no certificate where WebSocket is chosen in the way of its examples. Private
   * networks are as in {@link UpgradesIT}.
   */
  private static final List<Row> ROWS = List.of(
      new Row("noise", "yamux", false, GO, RUST, JS, PY),
      new Row("noise", "mplex", false, GO, RUST, JS, PY),
      new Row("tls", "yamux", false, GO, RUST, JS, PY),
      new Row("tls", "mplex", false, GO, RUST, JS, PY),
      new Row("noise", "yamux", true, GO),
      new Row(Channel.securedWebSocket("noise", "yamux"), GO, JS, PY),
      new Row(Channel.securedWebSocket("tls", "mplex"), GO, JS, PY));

  static List<Pairing> pairings() {
    List<Language> chosen = Language.chosen();
    return ROWS.stream().flatMap(row -> Pairing.all(
        row.languages().stream().filter(chosen::contains).toList(), KeyType.ED25519, row.channel()).stream())
        .filter(WebSocketIT::isPossible).toList();
  }

  /** The library of py 0.8 dials no address at {@code /tls/ws}, only by its older name, which nobody tells it. */
  private static boolean isPossible(Pairing pairing) {
    return pairing.language() != PY || !pairing.channel().needsCertificate() || pairing.weDial();
  }
}
