package io.peerbus.host;

import io.peerbus.multiformats.Multiaddr;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A piece of network between two nodes that does what networks do: hands bytes on in other pieces than they came, late,
 * and may break. A thread of its own for each direction of each connection.
 */
final class UnrulyProxy implements AutoCloseable {

  /** What becomes of the connection, once so many bytes have passed in one direction. */
  enum Fate { WHOLE, CUT, CLOSED, HALF_CLOSED }

  /** Into which pieces the bytes are split. */
  private enum Pieces { AS_THEY_CAME, SINGLE_BYTES, OF_ANY_SIZE }

  /**
   * @param direction in which {@code fate} strikes: 0 from the dialler
   * @param after bytes in that direction
   */
  record Plan(long seed, Fate fate, int direction, long after) {

    /** Breaks in the handshake, soon behind it, or amid the streams; or not at all. */
    static Plan of(long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      Fate fate = Fate.values()[random.nextInt(Fate.values().length)];
      long[] places = {random.nextInt(600), random.nextInt(3_000), random.nextInt(200_000)};
      return new Plan(seed, fate, random.nextInt(2), places[random.nextInt(places.length)]);
    }
  }

  private static final int BUFFER = 16 * 1024;
  private static final int MOST = 1_400;
  /** Bytes that go one by one. More would only take time. */
  private static final int SINGLE = 4_000;
  private static final int ONE_DELAY_IN = 40;
  private static final int LONGEST_DELAY_NANOS = 2_000_000;

  private final ServerSocket server;
  private final Multiaddr.HostPort target;
  private final Plan plan;
  private final List<Socket> sockets = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  UnrulyProxy(Multiaddr target, Plan plan) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    this.target = target.hostPort().orElseThrow();
    this.plan = plan;
    start("proxy", this::accept);
  }

  /** Where it can be dialled instead. */
  Multiaddr address() {
    return Multiaddr.tcp("127.0.0.1", server.getLocalPort());
  }

  private interface Work {
    void run() throws IOException;
  }

  private synchronized void start(String name, Work work) {
    Thread thread = new Thread(() -> {
      try {
        work.run();
      } catch (IOException e) {
        // a side has gone, which is what this is about
      }
    }, name);
    threads.add(thread);
    thread.start();
  }

  private synchronized Socket keep(Socket socket) throws IOException {
    sockets.add(socket);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private void accept() throws IOException {
    while (true) {
      Socket dialler = keep(server.accept());
      Socket listener = keep(new Socket(target.host(), target.port()));
      start("proxy-there", () -> new Direction(0, dialler, listener).run());
      start("proxy-back", () -> new Direction(1, listener, dialler).run());
    }
  }

  /** The bytes from one side to the other. */
  private final class Direction {
    private final int number;
    private final Socket from;
    private final Socket to;
    private final SplittableRandom random;
    private final Pieces pieces;
    private long passed;

    Direction(int number, Socket from, Socket to) {
      this.number = number;
      this.from = from;
      this.to = to;
      this.random = new SplittableRandom(2 * plan.seed() + number);
      this.pieces = Pieces.values()[random.nextInt(Pieces.values().length)];
    }

    void run() throws IOException {
      try {
        InputStream in = from.getInputStream();
        byte[] bytes = new byte[BUFFER];
        for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
          if (!pass(bytes, count)) {
            return;
          }
        }
        to.shutdownOutput();
      } catch (IOException e) {
        cut(false);
      }
    }

    /** Answers whether the direction goes on. */
    private boolean pass(byte[] bytes, int count) throws IOException {
      OutputStream out = to.getOutputStream();
      int at = 0;
      while (at < count) {
        int piece = Math.min(count - at, piece(count));
        boolean strikes = number == plan.direction() && plan.fate() != Fate.WHOLE && passed + piece >= plan.after();
        if (strikes) {
          piece = (int) Math.max(0, plan.after() - passed);
        }
        out.write(bytes, at, piece);
        at += piece;
        passed += piece;
        if (strikes) {
          strike();
          return false;
        }
        if (random.nextInt(ONE_DELAY_IN) == 0) {
          LockSupport.parkNanos(random.nextInt(LONGEST_DELAY_NANOS));
        }
      }
      return true;
    }

    private int piece(int count) {
      return switch (pieces) {
        case AS_THEY_CAME -> count;
        case SINGLE_BYTES -> passed < SINGLE ? 1 : count;
        case OF_ANY_SIZE -> 1 + random.nextInt(MOST);
      };
    }

    private void strike() throws IOException {
      if (plan.fate() == Fate.HALF_CLOSED) {
        to.shutdownOutput();
        from.getInputStream().transferTo(OutputStream.nullOutputStream());
      } else {
        cut(plan.fate() == Fate.CUT);
      }
    }

    private void cut(boolean abruptly) throws IOException {
      for (Socket socket : List.of(from, to)) {
        if (abruptly && !socket.isClosed()) {
          socket.setSoLinger(true, 0); // a reset instead of an orderly end
        }
        socket.close();
      }
    }
  }

  /** Ends all that goes through it. */
  @Override
  public void close() throws IOException, InterruptedException {
    server.close();
    synchronized (this) {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    for (Thread thread : started()) {
      thread.join();
    }
    synchronized (this) {
      for (Socket socket : sockets) { // one that was made as the server closed
        socket.close();
      }
    }
  }

  private synchronized List<Thread> started() {
    return List.copyOf(threads);
  }
}
