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
      this(Channel.webSocket(security, muxer, isPrivate), List.of(languages));
    }
  }

  private static final List<Row> ROWS = List.of(
      new Row("noise", "yamux", false, GO, RUST, JS, PY),
      new Row("noise", "mplex", false, GO, RUST, JS, PY),
      new Row("tls", "yamux", false, GO, PY),
      new Row("tls", "mplex", false, GO, PY),
      new Row("noise", "yamux", true, GO));

  static List<Pairing> pairings() {
    List<Language> chosen = Language.chosen();
    return ROWS.stream().flatMap(row -> Pairing.all(
        row.languages().stream().filter(chosen::contains).toList(), KeyType.ED25519, row.channel()).stream()).toList();
  }
}
