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
   * Rust's library has private networks as well, but not where TCP is chosen in the way of its examples. The JDK's TLS
   * refuses the certificates of js, since they name no issuer.
   */
  private static List<Language> languages(Channel channel) {
    return Language.chosen().stream()
        .filter(language -> !channel.isPrivate() || language != Language.RUST)
        .filter(language -> !channel.security().equals("tls") || language != Language.JS)
        .toList();
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
