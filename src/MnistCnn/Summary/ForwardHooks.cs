using System.Collections;
using System.Reflection;
using static TorchSharp.torch;

namespace MnistCnn;

/// <summary>Looks at the hooks of a module, which TorchSharp keeps to itself.</summary>
internal static class ForwardHooks
{
    private static readonly string[] s_fields = ["pre_hooks", "post_hooks", "module_pre_hooks", "module_post_hooks"];

    /// <summary>
    /// How many hooks run when a module is called. A version of TorchSharp that keeps them elsewhere counts as having
    /// many, so that nothing is skipped unseen.
    /// </summary>
    public static int Count(nn.Module<Tensor, Tensor> module) => s_fields.Sum(name =>
        FieldOf(module.GetType(), name)?.GetValue(module) is ICollection hooks ? hooks.Count : short.MaxValue);

    private static FieldInfo? FieldOf(Type? type, string name) => type is null
        ? null
        : type.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            ?? FieldOf(type.BaseType, name);
}
