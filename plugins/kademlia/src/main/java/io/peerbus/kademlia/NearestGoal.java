package io.peerbus.kademlia;

import io.peerbus.multiformats.Multiaddr;
import java.util.function.BiConsumer;

/** A goal that asks for the nearest peers and looks at nothing else. */
record NearestGoal(byte[] key, BiConsumer<Long, Lookup> then) implements Queries.Goal {

  @Override
  public Message request() {
    return Message.findNode(key);
  }

  @Override
  public boolean onAnswer(long now, Contact peer, Message answer, Multiaddr remoteOrNull) {
    return false;
  }

  @Override
  public void onEnd(long now, Lookup lookup) {
    then.accept(now, lookup);
  }
}
