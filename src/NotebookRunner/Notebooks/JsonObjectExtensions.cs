using System.Text.Json.Nodes;

namespace NotebookRunner.Notebooks;

/// <summary>Edits of a JSON object that keep the order of the keys that are there.</summary>
internal static class JsonObjectExtensions
{
    /// <summary>A copy of its own. <see cref="JsonNode.DeepClone"/> calls itself at every level.</summary>
    public static JsonObject Copy(this JsonObject json) =>
        (JsonObject)JupyterJson.Read(JupyterJson.Write(json, inOneLine: true))!;

    /// <summary>
    /// Replaces a value in its place, or inserts it before the first key that sorts after it: Jupyter writes sorted keys, so a
    /// file it wrote stays sorted, and a file of another order keeps its own.
    /// </summary>
    public static void Put(this JsonObject json, string name, JsonNode? value)
    {
        if (json.ContainsKey(name))
        {
            json[name] = value;
            return;
        }

        int index = json.TakeWhile(property => string.CompareOrdinal(property.Key, name) < 0).Count();
        json.Insert(index, name, value);
    }

    /// <summary>Puts a value where there is none, or null.</summary>
    public static void PutMissing(this JsonObject json, string name, JsonNode? value)
    {
        if (json[name] is null)
        {
            json.Put(name, value);
        }
    }
}
