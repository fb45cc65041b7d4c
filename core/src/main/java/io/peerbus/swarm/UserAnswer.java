package io.peerbus.swarm;

import java.util.Map;
import java.util.Queue;

/** The answer to a request from above, which is open until then. Not thread safe, owned by its swarm. */
record UserAnswer(long request, Map<Long, Request> open, Queue<Swarm.Action> out) implements Request.Answer {

  @Override
  public void done(long now, ConnectionInfo connection) {
    open.remove(request);
    out.add(new Swarm.Action.Done(request, connection));
  }

  @Override
  public void failed(long now, FailureKind kind, String message) {
    open.remove(request);
    out.add(new Swarm.Action.Failed(request, kind, message));
  }
}
