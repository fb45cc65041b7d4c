package io.peerbus.interop;

import io.peerbus.crypto.KeyType;
import java.util.List;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What depends on how a connection is secured and multiplexed, with the one way and no other on our side. */
@ParameterizedClass(name = "{0}")
@MethodSource("pairings")
class UpgradesIT extends ChannelEncounter {

  private static final List<Channel> CHANNELS = List.of(new Channel("noise", "mplex", false),
      new Channel("tls", "yamux", false), new Channel("tls", "mplex", false), new Channel("noise", "yamux", true));

  static List<Pairing> pairings() {
    return CHANNELS.stream().flatMap(channel -> Pairing.all(languages(channel), KeyType.ED25519, channel).stream())
        .toList();
  }

  /**
   * In a private network the library of js 3.3 ends its process at the first large transfer, that of py 0.8 does not
   * get as far as the handshake, and that of rust has none where TCP is chosen in the way of its examples.
   */
  private static List<Language> languages(Channel channel) {
    List<Language> able = channel.isPrivate() ? List.of(Language.GO) : List.of(Language.values());
    return Language.chosen().stream().filter(able::contains).toList();
  }
}
