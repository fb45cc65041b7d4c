package io.peerbus.launcher.plugin.jar;

import io.vertx.core.Deployable;
import java.io.IOException;
import java.lang.reflect.Modifier;

/** Looks at a plugin's verticle without running any of it: the class is loaded, but not initialised. Blocks. */
final class VerticleCheck {

  private VerticleCheck() {}

  static void check(String jar, PluginJar plugin, JarContents contents) throws PluginException {
    String name = plugin.verticle();
    String path = name.replace('.', '/') + ".class";
    if (!contents.digests().containsKey(path)) {
      throw new PluginException(jar + " has no class " + name + ", which its manifest names as Plugin-Verticle:"
          + " correct the name, or build the class into it");
    }
    for (String entry : contents.digests().keySet()) {
      if (!entry.equals(path) && EntryNames.effective(entry).equals(path)) {
        throw new PluginException(jar + " has its verticle twice, also as " + entry
            + ": which one runs would depend on the JVM; leave one");
      }
    }
    try (PluginLoader loader = new PluginLoader(plugin.id(), plugin.version(), plugin.file())) {
      check(jar, Class.forName(name, false, loader));
    } catch (IOException | ReflectiveOperationException | LinkageError | StackOverflowError e) {
      throw PluginException.of(jar + ": its verticle " + name + " cannot be loaded; build it with what it needs", e);
    }
  }

  private static void check(String jar, Class<?> type) throws PluginException {
    String wrong = null;
    int modifiers = type.getModifiers();
    if (!Deployable.class.isAssignableFrom(type)) {
      wrong = "is no verticle: let it extend io.peerbus.api.ProtocolVerticle";
    } else if (type.isInterface() || Modifier.isAbstract(modifiers)) {
      wrong = "cannot be made an instance of: name a class that is not abstract";
    } else if (!Modifier.isPublic(modifiers) || !hasConstructor(type)) {
      wrong = "cannot be made an instance of: it must be public, with a public constructor that takes nothing";
    }
    if (wrong != null) {
      throw new PluginException(jar + ": its Plugin-Verticle " + type.getName() + " " + wrong);
    }
  }

  private static boolean hasConstructor(Class<?> type) {
    try {
      type.getConstructor();
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }
}
