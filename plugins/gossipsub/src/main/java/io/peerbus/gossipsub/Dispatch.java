package io.peerbus.gossipsub;

import java.util.List;

/** Takes the entries of one RPC of one peer. Not thread safe, part of {@link Gossipsub}. */
final class Dispatch implements Rpc.Visitor {

  private final long now;
  private final PeerState peer;
  private final Router router;
  private final Intake intake;
  private boolean offered;

  Dispatch(long now, PeerState peer, Router router, Intake intake) {
    this.now = now;
    this.peer = peer;
    this.router = router;
    this.intake = intake;
  }

  @Override
  public void onSubscription(boolean subscribe, String topic) {
    if (subscribe) {
      router.onSubscribe(now, peer, topic);
    } else {
      router.onUnsubscribe(peer, topic);
    }
  }

  @Override
  public void onMessage(Message message) {
    intake.onMessage(now, peer, message);
  }

  @Override
  public void onIHave(String topic, List<MessageId> ids) {
    if (router.subscriptions().isOwn(topic)) {
      router.gossip().onIHave(now, peer, ids, !offered, intake::knows);
      offered = true;
    }
  }

  @Override
  public void onIWant(List<MessageId> ids) {
    router.gossip().onIWant(peer, ids);
  }

  @Override
  public void onGraft(String topic) {
    router.mesh().onGraft(now, peer, topic);
  }

  @Override
  public void onPrune(String topic, long backoffSeconds) {
    router.mesh().onPrune(now, peer, topic, backoffSeconds);
  }
}
