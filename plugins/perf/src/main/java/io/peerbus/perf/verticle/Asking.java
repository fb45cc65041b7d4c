package io.peerbus.perf.verticle;

import io.peerbus.api.Driver;
import io.peerbus.api.Failure;
import io.peerbus.api.Opener;
import io.peerbus.api.Stream;
import io.peerbus.multiformats.PeerId;
import io.peerbus.perf.PerfOptions;
import io.peerbus.perf.Transfer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** One stream on which we measure. */
final class Asking {

  private final Stream stream;
  private final Transfer transfer;
  private final Driver<Transfer.Action> driver;
  private final Consumer<Transfer.Action.Progress> progress;
  private final Promise<Transfer.Action.Done> done = Promise.promise();

  private Asking(Vertx vertx, Stream stream, Transfer transfer, Consumer<Transfer.Action.Progress> progress) {
    this.stream = stream;
    this.transfer = transfer;
    this.progress = progress;
    this.driver = new Driver<>(vertx, transfer, this::act);
  }

  /** Opens a stream, moves the bytes, and completes when all have come. */
  static Future<Transfer.Action.Done> run(Vertx vertx, Opener opener, PeerId peer, Load load) {
    Transfer transfer = new Transfer(load.options(), load.download(), Driver.now());
    return opener.open(peer, PerfProtocol.ID)
        .compose(stream -> new Asking(vertx, stream, transfer, load.progress()).begin(load));
  }

  /**
   * What is to be moved.
   *
   * @param upload bytes from us
   * @param download bytes to us
   * @param progress told about once a second
   */
  record Load(PerfOptions options, long upload, long download, Consumer<Transfer.Action.Progress> progress) {}

  private Future<Transfer.Action.Done> begin(Load load) {
    stream.resetHandler(reset -> {
      driver.close();
      done.tryFail(reset);
    });
    stream.handler(bytes -> driver.run(now -> transfer.onBytes(now, bytes.length())));
    stream.endHandler(ended -> driver.run(transfer::onEnd));
    stream.write(Buffer.buffer().appendLong(load.download()));
    if (load.upload() > 0) {
      Zeros.write(stream, load.upload(), written -> driver.run(now -> transfer.onSent(now, written)));
    } else {
      stream.end();
    }
    driver.run(now -> { }); // arms the first deadline
    return done.future();
  }

  private void act(Transfer.Action action) {
    if (action instanceof Transfer.Action.Progress told) {
      progress.accept(told);
    } else if (action instanceof Transfer.Action.Done result) {
      driver.close();
      done.tryComplete(result);
    } else if (action instanceof Transfer.Action.Fail fail) {
      driver.close();
      stream.reset();
      done.tryFail(Failure.PROTOCOL_ERROR.because(fail.reason()));
    }
  }
}
