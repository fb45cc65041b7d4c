package io.peerbus.launcher.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestNameTest {

  private static final List<String> NAMES = List.of("identify", "ping", "gossipsub", "chat");

  @Test
  void slipsOfTheFingerAreSeenThrough() {
    assertEquals(Optional.of("gossipsub"), NearestName.of("gosipsub", NAMES));
    assertEquals(Optional.of("gossipsub"), NearestName.of("GossipSub", NAMES));
    assertEquals(Optional.of("ping"), NearestName.of("pign", NAMES));
    assertEquals(Optional.of("identify"), NearestName.of("identity", NAMES));
    assertEquals(Optional.of("chat"), NearestName.of("chat2", NAMES));
  }

  @Test
  void whatIsFarFromAllIsNotGuessed() {
    assertEquals(Optional.empty(), NearestName.of("kademlia", NAMES));
    assertEquals(Optional.empty(), NearestName.of("", NAMES));
    assertEquals("; known here: identify, ping, gossipsub, chat", NearestName.hint("kademlia", NAMES));
    assertEquals("; did you mean \"chat\"?", NearestName.hint("cht", NAMES));
    assertEquals("", NearestName.hint("x", List.of()));
  }
}
