package io.peerbus.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatStateTest {

  @Test
  void itIsReadAsItWasWritten() throws FormatException {
    PeerId peer = PeerId.parse("12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5");
    ChatState state = new ChatState("here", List.of(peer), List.of("/ip4/127.0.0.1/tcp/1", "nonsense"), true);
    assertEquals(state, ChatState.read(state.toBytes()));
    assertEquals(new ChatState("", List.of(), List.of(), false), ChatState.read(new byte[0]));
  }

  @Test
  void whatIsNoStateIsRefused() {
    for (byte[] bad : new byte[][] {{1, 2, 3}, {0x12, 2, 7, 7}, new byte[(16 << 20) + 1]}) {
      assertThrows(FormatException.class, () -> ChatState.read(bad));
    }
  }
}
