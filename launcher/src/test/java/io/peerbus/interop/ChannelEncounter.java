package io.peerbus.interop;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What depends on what a connection is made of. */
abstract class ChannelEncounter extends Encounter {

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
