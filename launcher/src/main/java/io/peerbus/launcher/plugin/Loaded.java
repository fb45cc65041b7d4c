package io.peerbus.launcher.plugin;

import io.peerbus.launcher.plugin.jar.PluginException;
import io.peerbus.launcher.plugin.jar.PluginLoader;
import io.peerbus.launcher.plugin.jar.WorkingCopy;
import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The classes of one version of a plugin, loaded from its verified copy.
 *
 * @param copy stays when the classes go: the version can be loaded again from it
 * @param loader closed when the plugin is gone
 * @param type the class to deploy
 */
record Loaded(WorkingCopy copy, PluginLoader loader, Class<?> type) {

  private static final Logger LOG = LoggerFactory.getLogger(Loaded.class);

  /**
   * Loads on a worker thread, for the plugin with this id; completes on {@code context}. A class whose static
   * initialiser takes longer than {@code millis} cannot be loaded; as long as it runs its thread is lost.
   */
  static Future<Loaded> load(Context context, String id, WorkingCopy copy, long millis) {
    Future<Loaded> loading = context.executeBlocking(() -> of(id, copy), false);
    return loading.timeout(millis, TimeUnit.MILLISECONDS).recover(error -> {
      if (loading.isComplete()) {
        return Future.failedFuture(error);
      }
      loading.onSuccess(late -> context.executeBlocking(() -> {
        late.unload();
        return null;
      }, false));
      return Future.failedFuture(new PluginException("plugin \"" + id + "\" was not loaded within "
          + TimeLimits.text(millis) + ": what do its static initialisers wait for?"));
    });
  }

  /** Blocks. Nothing is left of a plugin that cannot be loaded. */
  private static Loaded of(String id, WorkingCopy copy) throws PluginException {
    PluginLoader loader = null;
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      loader = copy.newLoader(id);
      thread.setContextClassLoader(loader);
      Class<?> type = Class.forName(copy.jar().verticle(), true, loader);
      if (!Deployable.class.isAssignableFrom(type)) {
        throw new PluginException(type.getName() + " in " + copy.source() + " is no verticle");
      }
      Loaded loaded = new Loaded(copy, loader, type);
      loader = null;
      return loaded;
    } catch (PluginException e) {
      throw e;
    } catch (Throwable e) { // a LinkageError for instance: anything may happen while a stranger's class is initialised
      throw PluginException.of("plugin \"" + id + "\" cannot be loaded from " + copy.source(), e);
    } finally {
      thread.setContextClassLoader(before);
      close(loader);
    }
  }

  /** Lets go of the classes. Blocks. */
  void unload() {
    close(loader);
  }

  private static void close(PluginLoader loader) {
    try {
      if (loader != null) {
        loader.close();
      }
    } catch (IOException e) {
      LOG.warn("{} was not closed: {}", loader.getName(), e.toString());
    }
  }
}
