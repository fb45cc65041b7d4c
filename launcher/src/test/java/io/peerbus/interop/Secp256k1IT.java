package io.peerbus.interop;

import io.peerbus.crypto.KeyType;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What depends on the type of the identity key, with secp256k1 on both sides: py-libp2p's programs use it. */
@ParameterizedClass(name = "{0}")
@MethodSource("pairings")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(Suite.class)
@Timeout(600)
class Secp256k1IT implements Suite.Member {

  private static final int MESSAGES = 5;

  @Parameter
  private Pairing pairing;
  private Meeting meeting;
  private Checks checks;

  @BeforeParameterizedClassInvocation(injectArguments = false)
  void begin(Peers peers) {
    meeting = new Meeting(pairing, peers);
    checks = new Checks(meeting);
  }

  static List<Pairing> pairings() {
    return Pairing.all(KeyType.SECP256K1);
  }

  @Override
  public Meeting meeting() {
    return meeting;
  }

  @AfterParameterizedClassInvocation
  void end() {
    meeting.close();
  }

  @Test
  @Order(1)
  @Check("connection")
  @Timeout(value = 1900) // a peer may have to be compiled first
  void aConnectionOfNoiseAndYamuxHasTheRightPeerAtBothEnds() {
    meeting.start();
    meeting.connect();
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
  @Check("gossip")
  void signedMessagesReachBoth() {
    meeting.requireConnection();
    Gossip gossip = new Gossip(meeting, "interop");
    gossip.subscribe();
    gossip.toThem(MESSAGES);
    gossip.toUs(MESSAGES);
  }
}
