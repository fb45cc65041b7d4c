package io.peerbus.mplex;

import io.peerbus.muxer.ModelKind;
import io.peerbus.muxer.ModelTck;
import io.peerbus.muxer.Muxer;
import io.peerbus.muxer.ProtocolError;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** mplex against the model of any muxer. Time passes until readers that take nothing lose their streams. */
class ModelTest extends ModelTck {

  private static final class Kind implements ModelKind {
    private final MplexOptions options;
    private final Map<Muxer, Header> readers = new HashMap<>();
    private final Map<Muxer, Integer> bodies = new HashMap<>();
    private final Map<Muxer, Map<Integer, Long>> numbers = new HashMap<>();

    Kind(MplexOptions options) {
      this.options = options;
    }

    @Override
    public Muxer create(boolean dialer) {
      Session session = new Session(dialer, options);
      readers.put(session, new Header(options));
      numbers.put(session, new HashMap<>());
      return session;
    }

    /** Frame by frame: of a stream that was opened and reset at once nobody could say how the wire called it. */
    @Override
    public void deliver(long now, Muxer to, ByteBuffer bytes) {
      while (bytes.hasRemaining()) {
        int begin = bytes.position();
        ByteBuffer frame = bytes.duplicate();
        skipFrame(to, frame);
        to.onBytes(now, bytes.slice(begin, frame.position() - begin));
        bytes.position(frame.position());
        note((Session) to);
      }
    }

    private void skipFrame(Muxer to, ByteBuffer bytes) {
      try {
        int body = bodies.getOrDefault(to, 0);
        if (body == 0 && readers.get(to).read(bytes)) {
          body = readers.get(to).length();
        }
        int piece = Math.min(body, bytes.remaining());
        bytes.position(bytes.position() + piece);
        bodies.put(to, body - piece);
      } catch (ProtocolError e) {
        throw new AssertionError(e);
      }
    }

    private void note(Session session) {
      Map<Integer, Long> known = numbers.get(session);
      int latest = session.streams().latestInbound();
      MuxedStream stream = session.streams().get(latest);
      if (stream != null) {
        known.put(latest, stream.number);
      }
    }

    @Override
    public long name(Muxer muxer, int stream) {
      return numbers.get(muxer).getOrDefault(stream, (long) stream);
    }

    @Override
    public int unreadBound(Muxer muxer, int stream) {
      return ((Session) muxer).streams().get(stream) == null ? -1 : 2 * options.getMaxUnread() + 64 * 1024;
    }

    @Override
    public int held(Muxer muxer) {
      Session session = (Session) muxer;
      return session.streams().size() + session.streams().counted() + (int) session.backlog().unread();
    }

    @Override
    public boolean tellsOfItsEnd() {
      return false; // the end of the connection does it
    }
  }

  @Override
  protected ModelKind kind(SplittableRandom random) {
    MplexOptions options = new MplexOptions();
    if (random.nextInt(3) == 0) {
      options.setMaxInboundStreams(1 + random.nextInt(4));
    }
    if (random.nextInt(3) == 0) {
      options.setMaxOutboundStreams(2 + random.nextInt(4));
    }
    if (random.nextInt(3) == 0) {
      options.setMaxUnread(1024 + random.nextInt(100_000)).setMaxUnreadOfSession(1024 + random.nextInt(200_000))
          .setReadTimeoutMillis(1 + random.nextInt(200));
    }
    return new Kind(options);
  }
}
