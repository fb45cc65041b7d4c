package io.peerbus.perf.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Opener;
import io.peerbus.multiformats.PeerId;
import io.peerbus.perf.PerfOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Many streams to a peer, so many at a time. Belongs to the context it is run on. */
final class Lanes {

  private final Vertx vertx;
  private final Opener opener;
  private final PeerId peer;
  private final Asking.Load load;
  private int left;

  Lanes(Vertx vertx, Opener opener, PeerId peer, PerfOptions options) {
    this.vertx = vertx;
    this.opener = opener;
    this.peer = peer;
    this.load = new Asking.Load(options, 0, 1, at -> { });
  }

  Future<JsonObject> run(int count, int inFlight) {
    long began = Driver.now();
    left = count;
    List<Future<Void>> lanes = new ArrayList<>();
    for (int lane = 0; lane < Math.min(inFlight, count); lane++) {
      Promise<Void> lastOne = Promise.promise();
      next(lastOne);
      lanes.add(lastOne.future());
    }
    return Future.all(lanes).map(done -> new JsonObject().put("peer", peer.toString()).put("count", count)
        .put("micros", (Driver.now() - began) / 1_000)).onFailure(failed -> left = 0);
  }

  /**
   * One stream after the other while there are some left. Each begins when the one before it is told of: futures that
   * wait for one another, ten thousand deep, would overflow the stack as the last completes.
   */
  private void next(Promise<Void> lastOne) {
    if (left == 0) {
      lastOne.complete();
      return;
    }
    left--;
    Asking.run(vertx, opener, peer, load).onComplete(done -> next(lastOne), lastOne::fail);
  }
}
