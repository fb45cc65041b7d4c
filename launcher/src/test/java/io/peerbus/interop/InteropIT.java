package io.peerbus.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.crypto.KeyType;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything we speak, with each implementation, in both roles: one connection after the other, checks in order. */
@ParameterizedClass(name = "{0}")
@MethodSource("pairings")
class InteropIT extends Encounter {

  private Gossip gossip;

  static List<Pairing> pairings() {
    return Pairing.all(KeyType.ED25519);
  }

  @Test
  @Order(2)
  @Check("identify")
  void theyLearnWhatWeAre() {
    meeting.requireConnection();
    checks.theyIdentifyUs();
  }

  @Test
  @Order(3)
  @Check("identify")
  void weLearnWhatTheyAre() {
    meeting.requireConnection();
    checks.weIdentifyThem();
  }

  @Test
  @Order(4)
  @Check("identify push")
  void theyLearnWhatChanges() {
    meeting.requireConnection();
    checks.theyFollowOurChanges();
  }

  @Test
  @Order(5)
  @Check("ping")
  void wePingThemThreeTimes() {
    meeting.requireConnection();
    checks.wePingThem();
  }

  @Test
  @Order(6)
  @Check("ping")
  void theyPingUsThreeTimes() {
    meeting.requireConnection();
    checks.theyPingUs();
  }

  @Test
  @Order(7)
  @Check("gossip")
  void ourHundredMessagesReachThem() {
    meeting.requireConnection();
    gossip = new Gossip(meeting, "interop");
    gossip.subscribe();
    gossip.toThem(Checks.MESSAGES);
  }

  @Test
  @Order(8)
  @Check("gossip")
  void theirHundredMessagesReachUs() {
    meeting.requireConnection();
    gossip.toUs(Checks.MESSAGES);
  }

  @Test
  @Order(9)
  @Check("64 streams")
  void weHaveSixtyFourStreamsAtOnce() {
    meeting.requireConnection();
    checks.weEcho(Checks.STREAMS, 40_000);
  }

  @Test
  @Order(10)
  @Check("64 streams")
  void theyHaveSixtyFourStreamsAtOnce() {
    meeting.requireConnection();
    checks.theyEcho(Checks.STREAMS, 40_000);
  }

  @Test
  @Order(11)
  @Check("64 MiB")
  void weSendALargeFileAndGetItBack() {
    meeting.requireConnection();
    checks.weEcho(1, Checks.LARGE);
  }

  @Test
  @Order(12)
  @Check("64 MiB")
  void theySendALargeFileAndGetItBack() {
    meeting.requireConnection();
    checks.theyEcho(1, Checks.LARGE);
  }

  @Test
  @Order(13)
  @Check("gossip")
  void noMessageCameTwice() {
    meeting.requireConnection();
    gossip.noneTwice();
  }

  @Test
  @Order(14)
  @Check("close")
  void theyNoticeThatWeDisconnect() {
    meeting.requireConnection();
    int theirs = meeting.peer().events().mark();
    int ours = meeting.node().events().mark();
    meeting.node().on(host -> host.disconnect(meeting.peer().id()));
    meeting.awaitTheirs(theirs, "disconnected");
    meeting.awaitDisconnected(ours);
  }

  @Test
  @Order(15)
  @Check("close")
  void weNoticeThatTheyDisconnect() {
    meeting.requireConnection();
    meeting.connect();
    int theirs = meeting.peer().events().mark();
    int ours = meeting.node().events().mark();
    meeting.peer().call("disconnect", meeting.aboutUs());
    meeting.awaitDisconnected(ours);
    meeting.awaitTheirs(theirs, "disconnected");
  }

  @Test
  @Order(16)
  @Check("close")
  void theyNoticeThatWeStop() {
    meeting.requireConnection();
    meeting.connect();
    int theirs = meeting.peer().events().mark();
    meeting.node().stop();
    meeting.awaitTheirs(theirs, "disconnected");
  }

  @Test
  @Order(17)
  @Check("close")
  void weNoticeThatTheyStop() {
    meeting.requireConnection();
    meeting.startNode();
    meeting.connect();
    int ours = meeting.node().events().mark();
    assertEquals(0, meeting.peer().stop());
    meeting.awaitDisconnected(ours);
  }
}
