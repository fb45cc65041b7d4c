package io.peerbus.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChatLinesTest {

  private static final String ID = "12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5";
  private static final String OTHER = "12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq";
  private static final String ADDRESS = "/ip4/127.0.0.1/tcp/8000/p2p/" + ID;

  private final Connections connections = new Connections();
  private PeerId peer;
  private PeerId other;

  @BeforeEach
  void parse() throws FormatException {
    peer = PeerId.parse(ID);
    other = PeerId.parse(OTHER);
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (String line = connections.poll(); line != null; line = connections.poll()) {
      lines.add(line);
    }
    return lines;
  }

  @Test
  void theLinesAreThoseOfTheLesson() throws FormatException {
    assertEquals("Starting Universal Connectivity Application...", ChatLines.STARTING);
    assertEquals("Local peer id: " + ID, ChatLines.localPeer(ID));
    assertEquals("Listening on: /ip4/127.0.0.1/tcp/8000/p2p/" + ID, ChatLines.listening("/ip4/127.0.0.1/tcp/8000", ID));
    assertEquals("Received raw message from 12D3KooW: hi",
        ChatLines.received(ChatMessage.of("hi".getBytes(StandardCharsets.UTF_8)), ID));
    assertEquals("Received chat message from 12D3KooW: hi",
        ChatLines.received(ChatMessage.of(ChatFormat.JSON.encode("hi", ID, 0)), ID));
    assertEquals("Received raw message from unsigned: hi",
        ChatLines.received(ChatMessage.of("hi".getBytes(StandardCharsets.UTF_8)), null));
    assertEquals("Hello from the Universal Connectivity Workshop!", ChatLines.INTRODUCTION);
  }

  @Test
  void aDialledAddressComesBeforeTheIdThatAnsweredThere() {
    connections.onDial();
    connections.onConnected(peer, false);
    assertTrue(lines().isEmpty());
    connections.onDialled(ADDRESS, peer);
    assertEquals(List.of("Connected to: " + ADDRESS, "Connected to: " + ID), lines());
    connections.onDisconnected(peer);
    assertEquals(List.of("Connection to " + ID + " closed"), lines());
  }

  @Test
  void theOrderIsTheSameWhenTheConnectionIsToldLater() {
    connections.onDial();
    connections.onDialled(ADDRESS, peer);
    connections.onConnected(peer, false);
    assertEquals(List.of("Connected to: " + ADDRESS, "Connected to: " + ID), lines());
  }

  @Test
  void aPeerThatConnectsToUsIsShownAtOnceAndOnlyOnce() {
    connections.onDial();
    connections.onConnected(peer, true);
    connections.onConnected(peer, true);
    assertEquals(List.of("Connected to: " + ID), lines());
  }

  @Test
  void connectionsThatOthersMadeAreShownWhenTheDialsAreOver() {
    connections.onDial();
    connections.onDial();
    connections.onConnected(other, false);
    connections.onDialled(ADDRESS, peer);
    assertEquals(List.of("Connected to: " + ADDRESS), lines());
    connections.onDialEnded();
    assertEquals(List.of("Connected to: " + OTHER), lines());
  }

  @Test
  void aHeldConnectionThatClosesIsShownWhole() {
    connections.onDial();
    connections.onConnected(peer, false);
    connections.onDisconnected(peer);
    assertEquals(List.of("Connected to: " + ID, "Connection to " + ID + " closed"), lines());
    connections.onDisconnected(peer);
    assertTrue(lines().isEmpty());
    connections.onConnected(other, true);
    connections.onDisconnected(other);
    connections.onConnected(other, true);
    assertEquals(3, lines().size(), "a peer may come back");
  }

  @Test
  void whatAnEarlierVersionHasShownIsNotShownAgainAndWhoLeftMeanwhileIs() {
    connections.restore(List.of(peer, other));
    connections.onConnected(peer, true);
    assertTrue(lines().isEmpty());
    connections.onAllKnown();
    assertEquals(List.of("Connection to " + OTHER + " closed"), lines());
    assertEquals(List.of(peer), connections.shown());
    connections.onAllKnown();
    assertTrue(lines().isEmpty());
  }
}
