package io.peerbus.interop;

import io.peerbus.crypto.KeyType;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What depends on the type of the identity key, with secp256k1 on both sides: py-libp2p's programs use it. */
@ParameterizedClass(name = "{0}")
@MethodSource("pairings")
class Secp256k1IT extends Encounter {

  private static final int MESSAGES = 5;

  static List<Pairing> pairings() {
    return Pairing.all(KeyType.SECP256K1);
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
