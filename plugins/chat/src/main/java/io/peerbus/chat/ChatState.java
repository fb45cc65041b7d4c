package io.peerbus.chat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.peerbus.chat.pb.StateProto;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.List;

/**
 * What one version of the chat leaves to the next.
 *
 * @param delivery the address where gossipsub delivers messages
 * @param shown the peers that are printed as connected
 * @param dialled the addresses of the settings that were reached or given up
 * @param introduced whether we have said hello
 */
public record ChatState(String delivery, List<PeerId> shown, List<String> dialled, boolean introduced) {

  /** More is in no state of a chat: the connections of a node are fewer. */
  private static final int MAX_SIZE = 16 << 20;

  public ChatState {
    shown = List.copyOf(shown);
    dialled = List.copyOf(dialled);
  }

  /** Reads what {@link #toBytes} wrote. */
  public static ChatState read(byte[] bytes) throws FormatException {
    if (bytes.length > MAX_SIZE) {
      throw new FormatException("state of " + bytes.length + " bytes: the most is " + MAX_SIZE);
    }
    try {
      StateProto.State state = StateProto.State.parseFrom(bytes);
      List<PeerId> shown = new ArrayList<>();
      for (ByteString peer : state.getShownList()) {
        shown.add(PeerId.of(peer.toByteArray()));
      }
      return new ChatState(state.getDelivery(), shown, state.getDialledList(), state.getIntroduced());
    } catch (InvalidProtocolBufferException e) {
      throw new FormatException("state: " + e.getMessage());
    }
  }

  public byte[] toBytes() {
    StateProto.State.Builder state = StateProto.State.newBuilder()
        .setDelivery(delivery).addAllDialled(dialled).setIntroduced(introduced);
    shown.forEach(peer -> state.addShown(ByteString.copyFrom(peer.toBytes())));
    return state.build().toByteArray();
  }
}
