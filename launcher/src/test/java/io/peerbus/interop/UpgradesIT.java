package io.peerbus.interop;

import io.peerbus.crypto.KeyType;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What depends on how a connection is secured and multiplexed, with the one way and no other on our side. */
@ParameterizedClass(name = "{0}")
@MethodSource("pairings")
class UpgradesIT extends Encounter {

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

  @Test
  @Order(2)
  @Check("identify")
  void bothLearnWhatTheOtherIs() {
    meeting.requireConnection();
    checks.theyIdentifyUs();
    checks.weIdentifyThem();
  }

  @Test
  @Order(3)
  @Check("ping")
  void bothPingTheOther() {
    meeting.requireConnection();
    checks.wePingThem();
    checks.theyPingUs();
  }

  /** Each stream is half closed by its opener before it has read all. */
  @Test
  @Order(4)
  @Check("64 streams")
  void weHaveSixtyFourStreamsAtOnce() {
    meeting.requireConnection();
    checks.weEcho(Checks.STREAMS, 40_000);
  }

  @Test
  @Order(5)
  @Check("64 streams")
  void theyHaveSixtyFourStreamsAtOnce() {
    meeting.requireConnection();
    checks.theyEcho(Checks.STREAMS, 40_000);
  }

  @Test
  @Order(6)
  @Check("64 MiB")
  void weSendALargeFileAndGetItBack() {
    meeting.requireConnection();
    checks.weEcho(1, Checks.LARGE);
  }

  @Test
  @Order(7)
  @Check("64 MiB")
  void theySendALargeFileAndGetItBack() {
    meeting.requireConnection();
    checks.theyEcho(1, Checks.LARGE);
  }

  @Test
  @Order(8)
  @Check("close")
  void bothNoticeTheEnd() {
    meeting.requireConnection();
    int theirs = meeting.peer().events().mark();
    int ours = meeting.node().events().mark();
    meeting.node().on(host -> host.disconnect(meeting.peer().id()));
    meeting.awaitTheirs(theirs, "disconnected");
    meeting.awaitDisconnected(ours);
    meeting.connect();
    int oursAgain = meeting.node().events().mark();
    meeting.peer().call("disconnect", meeting.aboutUs());
    meeting.awaitDisconnected(oursAgain);
  }
}
