package io.peerbus.gossipsub;

import io.peerbus.multiformats.PeerId;
import java.util.List;

/**
 * What became of a message of ours.
 *
 * @param peers whom it is on its way to
 * @param subscribers how many peers we know to subscribe to the topic
 * @param reason why nobody gets it; {@code null} when somebody does
 */
public record PublishResult(MessageId id, List<PeerId> peers, int subscribers, String reason) {

  public PublishResult {
    peers = List.copyOf(peers);
  }
}
