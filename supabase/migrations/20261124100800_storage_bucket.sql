-- Files are stored and removed by the upload function alone; their owners may read them.

-- No type that browsers run (SVG, scripts) is among them.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('documents', 'documents', false, 20 * 1024 * 1024, array[
  -- From supabase/functions/_shared/file-formats.ts by npm run gen:types.
  'application/pdf',
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/heic',
  'image/tiff',
  'image/gif',
  'image/bmp',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.oasis.opendocument.text',
  'application/vnd.oasis.opendocument.spreadsheet',
  'application/rtf',
  'text/plain',
  'text/markdown',
  'text/csv',
  'text/html',
  'message/rfc822',
  'application/vnd.ms-outlook',
  'application/ms-tnef',
  'application/pkcs7-mime',
  'application/zip'
  -- End of what is generated.
])
on conflict (id) do update set
  public = excluded.public, file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

-- The pictures of first pages, under the same names.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values ('thumbnails', 'thumbnails', false, 256 * 1024, array['image/webp'])
on conflict (id) do update set
  public = excluded.public, file_size_limit = excluded.file_size_limit,
  allowed_mime_types = excluded.allowed_mime_types;

create policy "users can read the files of their own documents" on storage.objects
  for select to authenticated
  using (bucket_id in ('documents', 'thumbnails') and (storage.foldername(name))[1] = (select auth.uid())::text);
